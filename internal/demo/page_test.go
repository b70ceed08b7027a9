package demo_test

import (
	"bytes"
	stdcontext "context"
	"regexp"
)

var (
	// mails are the mails within the page: they may name addresses, and their frames load none.
	mails = regexp.MustCompile(`srcdoc="[^"]*"`)
	links = regexp.MustCompile(`<a href="([^"]+)"`)
)

// inText says that a place is within a letter's text, headers or links.
func inText(body []byte, at int) bool {
	open, shut := bytes.LastIndexByte(body[:at], '<'), bytes.LastIndexByte(body[:at], '>')
	return shut > open
}

func context() stdcontext.Context { return stdcontext.Background() }
