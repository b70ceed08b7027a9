package main

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every command that the page for operators shows is one that there is.
func TestCommandsOfThePage(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "docs", "operate.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	n, code := 0, false
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if strings.HasPrefix(line, "```") {
			code = line == "```sh"
			continue
		}
		rest, ok := strings.CutPrefix(line, "senda ")
		if !code || !ok {
			continue
		}
		n++
		args := words(rest)
		var c cli
		parser, err := kong.New(&c, kong.Writers(io.Discard, io.Discard), kong.Vars{"journeys": "journeys"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if n < 10 {
		t.Errorf("only %d commands were found: the page is no longer read", n)
	}
}

// words divides a command line, with texts in quotes.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}
