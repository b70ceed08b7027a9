package compile

import (
	"regexp"
	"slices"
	"strings"
)

// Some mail programmes drop styles in the head. What a layout writes into
// <mj-style inline="inline"> is therefore copied to the elements it names. The
// compiler does it, not the MJML library, which never sees the text of a mail.

type inlineRule struct {
	tag, class string // either may be ""
	style      string
}

var inlineSelector = regexp.MustCompile(`^([a-z][a-z0-9]*)?(?:\.([A-Za-z][A-Za-z0-9_-]*))?$`)

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)

// readInline reads the rules of an inline style; bad returns the selectors that
// are more than a tag, a class or both.
func readInline(css string) (rules []inlineRule, bad []string) {
	css = cssComment.ReplaceAllString(css, "")
	for block := range strings.SplitSeq(css, "}") {
		selectors, style, ok := strings.Cut(block, "{")
		if !ok {
			if s := strings.TrimSpace(block); s != "" {
				bad = append(bad, s)
			}
			continue
		}
		style = strings.TrimRight(strings.Join(strings.Fields(style), " "), "; ")
		for sel := range strings.SplitSeq(selectors, ",") {
			sel = strings.TrimSpace(sel)
			m := inlineSelector.FindStringSubmatch(sel)
			if m == nil || sel == "" || strings.ContainsAny(style, `"<>&`) {
				bad = append(bad, sel)
				continue
			}
			rules = append(rules, inlineRule{tag: m[1], class: m[2], style: style})
		}
	}
	return rules, bad
}

// isInline reports whether e holds styles to be copied to the elements.
func isInline(e *element) bool {
	a, ok := e.attr("inline")
	s, _ := a.static()
	return ok && e.name == "mj-style" && s == "inline"
}

// styleOf returns the styles that rules give to e, its own last so that it wins.
func styleOf(e *element, rules []inlineRule) string {
	var classes []string
	own := ""
	if a, ok := e.attr("class"); ok {
		s, _ := a.static()
		classes = strings.Fields(s)
	}
	if a, ok := e.attr("style"); ok {
		own, _ = a.static()
	}
	var parts []string
	for _, r := range rules {
		if (r.tag == "" || r.tag == e.name) && (r.class == "" || slices.Contains(classes, r.class)) {
			parts = append(parts, r.style)
		}
	}
	if own != "" {
		parts = append(parts, strings.TrimRight(own, "; "))
	}
	return strings.Join(parts, ";")
}
