// Conformance runs recorded executions through package interp and compares what
// comes of them.
//
//	go run ./internal/interp/conformance [-details] FILE.jsonl …
//
// Each line of a file is a case: a JSON object with
//
//	name        of the case; several may share one
//	definition  the machine
//	input       the execution's input, JSON as text
//	lambdas     the functions: name, and behaviour: echo returns its payload;
//	            raise fails as a Python handler with "Some exception was raised."
//	expected    status, output, error, cause and events, as AWS answered; JSON
//	            objects in outputs, inputs and causes are parsed, all other JSON is text
//	placeholders, ignore
//	            what was replaced in the recording, and paths not to compare
//
// and, in cases of our own,
//
//	source      the page of AWS that says so
//	lambdas     may have replies instead of a behaviour: a list of {"return": …},
//	            {"error": …, "cause": …} and {"pending": true}, one a call, the last for the rest
//	script      what others do: {"after": seconds, "state": name, "do": "success",
//	            "failure" or "heartbeat", "output", "error", "cause", "answer": the error that is expected}
//	            to the latest task of a state; {"after": 5, "do": "abort"} to the execution
//	expected    may have seconds: how long the execution took; an event may be
//	            the text "Type" or "Type of State"
//
// A case passes when status, output and error are equal and the events are of
// the same types in the same order with the same names of states; of the cause
// of a Lambda function errorMessage and errorType count. With -details every
// field of every event is compared too.
//
// It prints each failing case with its first difference and closes with
// "N passed, N failed". The exit code is 1 when a case failed and 2 when a file
// cannot be read.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	details := flag.Bool("details", false, "compare every field of every event")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: conformance [-details] FILE.jsonl ...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	var total tally
	for _, name := range flag.Args() {
		t, err := runFile(os.Stdout, name, *details)
		if err != nil {
			fmt.Fprintln(os.Stderr, "conformance:", err)
			os.Exit(2)
		}
		total.passed += t.passed
		total.failed += t.failed
	}
	fmt.Printf("%d passed, %d failed\n", total.passed, total.failed)
	if total.failed > 0 {
		os.Exit(1)
	}
}

type tally struct{ passed, failed int }

// maxLine is the longest case that is read: a definition of a megabyte and a
// history that repeats its data.
const maxLine = 256 << 20

func runFile(out io.Writer, name string, details bool) (tally, error) {
	var t tally
	err := eachLine(name, func(line int, text []byte) {
		label, difference := runLine(text, details)
		if difference == "" {
			t.passed++
			return
		}
		t.failed++
		fmt.Fprintf(out, "%s:%d: %s: %s\n", name, line, label, difference)
	})
	return t, err
}

func eachLine(name string, do func(line int, text []byte)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) > 0 {
			do(n, lines.Bytes())
		}
	}
	return errors.Join(lines.Err(), f.Close())
}

// runLine gives the case's name and the first difference, empty when it passes.
func runLine(text []byte, details bool) (name, difference string) {
	c, err := parseCase(text)
	if err != nil {
		return c.name, err.Error()
	}
	got, err := c.run(false)
	if err != nil {
		return c.name, err.Error()
	}
	return c.name, c.compare(got, details)
}
