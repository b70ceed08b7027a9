package public

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/mail"
	"github.com/senda-dev/senda/internal/preferences"
)

// tongue is a page's language and the brand for which it speaks.
type tongue struct {
	words
	lang  string
	brand *brand.Brand
	// of is the brand's name, also where today's brands do not know it.
	of string
}

// tongue chooses the language: that of the person, else the first that their browser
// asks for and we speak, else the brand's, else English.
func (p *pages) tongue(r *http.Request, v preferences.Visit) tongue {
	t := tongue{of: v.Brand}
	var brands []string
	if b, ok := p.Book().Brand(v.Brand); ok {
		t.brand, t.of, brands = b, b.Title, b.Languages
	}
	t.lang = language(v.Locale, r.Header.Get("Accept-Language"), brands)
	t.words = tongues[t.lang]
	return t
}

// known are the languages of the pages, English first.
var known = append([]string{"en"}, slices.DeleteFunc(slices.Sorted(maps.Keys(tongues)), func(l string) bool { return l == "en" })...)

func language(locale, accept string, brands []string) string {
	for _, wanted := range slices.Concat([]string{locale}, accepted(accept), brands) {
		if wanted == "" {
			continue
		}
		for _, tag := range []string{wanted, strings.SplitN(wanted, "-", 2)[0]} {
			if l := mail.Language(tag, known); strings.EqualFold(l, tag) {
				return l
			}
		}
	}
	return known[0]
}

// accepted are the languages of an Accept-Language header (RFC 9110, 12.5.4), the
// most wanted first.
func accepted(header string) []string {
	const most = 16 // more is no browser's
	type wish struct {
		tag string
		q   float64
	}
	var all []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(part, ";")
		w := wish{strings.TrimSpace(tag), 1}
		if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if w.q, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		if w.tag != "" && w.tag != "*" && w.q > 0 {
			all = append(all, w)
		}
		if len(all) == most {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b wish) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = w.tag
	}
	return out
}
