package jsonata

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Each example of the language reference gives what it says.
func TestLanguageReference(t *testing.T) {
	text, err := os.ReadFile("../../docs/language/jsonata.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(json|jsonata)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	input := Nothing
	examples := 0
	for _, b := range blocks {
		if b[1] == "json" {
			input = mustJSON(t, []byte(b[2]))
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(b[2]), "\n") {
			src, want, ok := strings.Cut(line, "=> ")
			if !ok {
				t.Errorf("%q says no result", line)
				continue
			}
			examples++
			if got := reference(strings.TrimSpace(src), input); got != canonical(t, want) {
				t.Errorf("%s\ngives %s\nwant  %s", src, got, want)
			}
		}
	}
	if examples < 50 {
		t.Errorf("only %d examples were found", examples)
	}
}

func canonical(t *testing.T, want string) string {
	if want == "nothing" || strings.HasPrefix(want, "error ") {
		return want
	}
	return mustJSON(t, []byte(want)).String()
}

func reference(src string, input Value) string {
	tree, err := Parse(src, Options{Names: true})
	if err == nil {
		var p *Program
		if p, err = Compile(tree, CompileOptions{}); err == nil {
			var v Value
			if v, err = p.Eval(input, nil, testEnv()); err == nil {
				return v.String()
			}
		}
	}
	return "error " + asError(err).Code
}

// What the reference says that the check says is what it says.
func TestLanguageReferenceOnFindings(t *testing.T) {
	text, err := os.ReadFile("../../docs/language/jsonata.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| --- | --- |\n")
	for _, row := range strings.Split(strings.TrimSpace(table), "\n") {
		cells := strings.Split(strings.Trim(row, "| "), " | ")
		src := strings.Trim(cells[0], "`")
		tree, err := Parse(src, Options{Names: true})
		if err != nil {
			t.Fatal(err)
		}
		_, findings := Infer(tree, journeyScope(t))
		said := ""
		for _, f := range findings {
			if f.Severity == Fault {
				said = f.Message
				if f.Help != "" {
					said += "; " + f.Help
				}
				break
			}
		}
		if !strings.HasPrefix(said, cells[1]) {
			t.Errorf("%s: the check says %q, the page %q", src, said, cells[1])
		}
	}
}
