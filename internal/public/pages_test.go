package public

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/mail/token"
	"pgregory.net/rapid"
)

const everything = "alpha/news beta/offers"

// What each request is answered, and what it changes.
func TestPages(t *testing.T) {
	type links map[string]string
	const press = "List-Unsubscribe=One-Click"
	for name, c := range map[string]struct {
		method, link, kind, body string
		status                   int
		says                     string
		mailed                   string
		writes                   bool
	}{
		"withdraw shows a button":                {method: "GET", link: "withdraw", status: 200, says: `value="One-Click"`, mailed: everything},
		"withdraw by HEAD":                       {method: "HEAD", link: "withdraw", status: 200, mailed: everything},
		"one click":                              {method: "POST", link: "withdraw", kind: urlencoded, body: press, status: 200, says: "You are unsubscribed", mailed: "beta/offers", writes: true},
		"one click in parts":                     {method: "POST", link: "withdraw", kind: "parts", body: press, status: 200, says: "may still arrive", mailed: "beta/offers", writes: true},
		"one click of a topic":                   {method: "POST", link: "withdraw beta", kind: urlencoded, body: press, status: 200, says: "about “Offers”", mailed: "alpha/news", writes: true},
		"one click for a brand that is gone":     {method: "POST", link: "withdraw gone", kind: urlencoded, body: press, status: 200, says: "no more marketing mail", mailed: "", writes: true},
		"one click of nobody":                    {method: "POST", link: "withdraw nobody", kind: urlencoded, body: press, status: 200, mailed: everything},
		"a post without the words":               {method: "POST", link: "withdraw", kind: urlencoded, body: "x=y", status: 400, says: "Nothing was changed", mailed: everything},
		"a post of nothing":                      {method: "POST", link: "withdraw", status: 400, mailed: everything},
		"a post of JSON":                         {method: "POST", link: "withdraw", kind: "application/json", body: `{"List-Unsubscribe":"One-Click"}`, status: 400, mailed: everything},
		"broken parts":                           {method: "POST", link: "withdraw", kind: "multipart/form-data; boundary=x", body: "--x\r\nnonsense", status: 400, mailed: everything},
		"parts without a border":                 {method: "POST", link: "withdraw", kind: "multipart/form-data", body: press, status: 400, mailed: everything},
		"a body that is too long":                {method: "POST", link: "withdraw", kind: urlencoded, body: press + "&x=" + strings.Repeat("y", mostForm), status: 413, mailed: everything},
		"the words in the address":               {method: "POST", link: "withdraw?" + press, status: 400, mailed: everything},
		"one click under an address with a tail": {method: "POST", link: "withdraw?%zz", kind: urlencoded, body: press, status: 200, mailed: "beta/offers", writes: true},
		"a PUT":                                  {method: "PUT", link: "withdraw", kind: urlencoded, body: press, status: 405, mailed: everything},
		"a DELETE of preferences":                {method: "DELETE", link: "preferences", status: 405, mailed: everything},
		"preferences":                            {method: "GET", link: "preferences", status: 200, says: "topic:news", mailed: everything},
		"a topic":                                {method: "POST", link: "preferences", kind: urlencoded, body: "choose=topic:news", status: 200, says: "Done.", mailed: "beta/offers", writes: true},
		"the brand":                              {method: "POST", link: "preferences", kind: urlencoded, body: "choose=brand", status: 200, says: "Done.", mailed: "beta/offers", writes: true},
		"the family":                             {method: "POST", link: "preferences", kind: urlencoded, body: "choose=family", status: 200, says: "Done.", mailed: "", writes: true},
		"everything":                             {method: "POST", link: "preferences", kind: urlencoded, body: "choose=everything", status: 200, says: "Done.", mailed: "", writes: true},
		"less often":                             {method: "POST", link: "preferences", kind: urlencoded, body: "choose=less-often", status: 200, says: "You get mail less often", mailed: everything, writes: true},
		"a pause":                                {method: "POST", link: "preferences", kind: urlencoded, body: "choose=pause", status: 200, says: "until 1 April 2026", mailed: "", writes: true},
		"an objection":                           {method: "POST", link: "preferences", kind: urlencoded, body: "choose=profiling", status: 200, says: "You have objected", mailed: everything, writes: true},
		"a topic that is none":                   {method: "POST", link: "preferences", kind: urlencoded, body: "choose=topic:gossip", status: 400, mailed: everything},
		"a topic without a name":                 {method: "POST", link: "preferences", kind: urlencoded, body: "choose=topic", status: 400, mailed: everything},
		"a choice that is none":                  {method: "POST", link: "preferences", kind: urlencoded, body: "choose=more", status: 400, mailed: everything},
		"no choice":                              {method: "POST", link: "preferences", kind: urlencoded, body: "", status: 400, mailed: everything},
		"confirm shows a button":                 {method: "GET", link: "confirm", status: 200, says: "Yes, that was me", mailed: everything},
		"confirm names what was asked for":       {method: "GET", link: "confirm", status: 200, says: ">Offers<", mailed: everything},
		"confirm grants by a press":              {method: "POST", link: "confirm", kind: urlencoded, status: 200, says: "It is confirmed", mailed: "alpha/news alpha/offers beta/offers", writes: true},
		"confirm after its time":                 {method: "POST", link: "confirm late", kind: urlencoded, status: 410, says: "run out", mailed: everything},
		"a look after its time":                  {method: "GET", link: "confirm late", status: 410, mailed: everything},
		"an answer is shown":                     {method: "GET", link: "answer", status: 200, says: "7 on a scale from 0 to 10", mailed: everything},
		"an answer is given":                     {method: "POST", link: "answer", kind: urlencoded, body: "comment=well", status: 200, says: "Your answer has arrived", mailed: everything, writes: true},
		"an answer after its time":               {method: "POST", link: "answer late", kind: urlencoded, status: 410, mailed: everything},
		"an answer off the scale":                {method: "POST", link: "answer off", kind: urlencoded, status: 410, mailed: everything},
		"an answer to a mail that asked nothing": {method: "GET", link: "answer none", status: 410, mailed: everything},
		"an answer to nothing that is known":     {method: "POST", link: "answer unknown", kind: urlencoded, status: 410, mailed: everything},
		"an answer with too long a comment":      {method: "POST", link: "answer", kind: urlencoded, body: "comment=" + strings.Repeat("y", mostForm), status: 413, mailed: everything},
		"a click goes on":                        {method: "GET", link: "click", status: 302, mailed: everything, writes: true},
		"a click by HEAD is none":                {method: "HEAD", link: "click", status: 302, mailed: everything},
		"a click is no form":                     {method: "POST", link: "click", status: 405, mailed: everything},
		"a click to no page":                     {method: "HEAD", link: "click odd", status: 404, mailed: everything},
		"a click of a mail that nobody knows":    {method: "GET", link: "click unknown", status: 302, mailed: everything},
		"robots":                                 {method: "GET", link: "/robots.txt", status: 200, says: "Disallow: /", mailed: everything},
		"the root":                               {method: "GET", link: "/", status: 404, mailed: everything},
		"a path without a token":                 {method: "GET", link: "/withdraw/", status: 404, mailed: everything},
		"a path that climbs":                     {method: "GET", link: "/withdraw/../preferences/", status: 404, mailed: everything},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			of := func(f func(*token.Claims)) func(*token.Claims) { return f }
			known := links{
				"withdraw": w.link(token.Withdraw), "preferences": w.link(token.Preferences), "confirm": w.link(token.Confirm), "answer": w.link(token.Answer), "click": w.link(token.Click),
				"withdraw?" + press: w.link(token.Withdraw) + "?" + press,
				"withdraw?%zz":      w.link(token.Withdraw) + "?%zz",
				"withdraw beta":     w.link(token.Withdraw, of(func(c *token.Claims) { c.Brand, c.Purpose = "beta", "offers" })),
				"withdraw gone":     w.link(token.Withdraw, of(func(c *token.Claims) { c.Brand = "gone" })),
				"withdraw nobody":   w.link(token.Withdraw, of(func(c *token.Claims) { c.Person = "p-nobody" })),
				"confirm late":      w.link(token.Confirm, of(func(c *token.Claims) { c.Issued = noon.AddDate(0, 0, -8) })),
				"answer late":       w.link(token.Answer, of(func(c *token.Claims) { c.Issued = noon.AddDate(0, 0, -91) })),
				"answer off":        w.link(token.Answer, of(func(c *token.Claims) { c.Arg = "11" })),
				"answer none":       w.link(token.Answer, of(func(c *token.Claims) { c.Message = "m-3" })),
				"answer unknown":    w.link(token.Answer, of(func(c *token.Claims) { c.Message = "m-9" })),
				"click odd":         w.link(token.Click, of(func(c *token.Claims) { c.Arg = "javascript://alpha.example/%0aalert(1)" })),
				"click unknown":     w.link(token.Click, of(func(c *token.Claims) { c.Message = "m-9" })),
			}
			path := c.link
			if p := known[c.link]; p != "" {
				path = p
			}
			q := request{method: c.method, path: path, kind: c.kind, body: c.body}
			if c.kind == "parts" {
				q.kind, q.body = inParts(t, "List-Unsubscribe", "One-Click")
			}
			got := w.send(q)
			if got.Code != c.status || !strings.Contains(got.Body.String(), c.says) {
				t.Errorf("%d, not %d with %q:\n%s", got.Code, c.status, c.says, got.Body)
			}
			if mailed := w.mailed(); mailed != c.mailed {
				t.Errorf("mailed afterwards: %s, not %s", mailed, c.mailed)
			}
			if wrote := w.store.writes.Load() > 0; wrote != c.writes {
				t.Errorf("wrote: %t", wrote)
			}
			if len(w.problems) > 0 {
				t.Errorf("%v", w.problems)
			}
			if strings.Contains(got.Body.String(), address) {
				t.Error("the page shows an address")
			}
			if c.status != http.StatusFound && got.Header().Get("Location") != "" || got.Header().Get("Set-Cookie") != "" {
				t.Errorf("%v", got.Header())
			}
			// The same once more gives the same, but for what a page says of a state.
			if again := w.send(q); again.Code != c.status || w.mailed() != c.mailed {
				t.Errorf("the second time: %d, mailed %s", again.Code, w.mailed())
			}
		})
	}
}

// Whoever opens links, in whatever order and however often: no GET but that of a click writes, and no
// click changes where a person stands.
func TestLookingChangesNothing(t *testing.T) {
	w := newWorld(t)
	paths := []string{
		w.link(token.Withdraw), w.link(token.Preferences), w.link(token.Confirm), w.link(token.Answer), w.link(token.Click),
		w.link(token.Withdraw) + "?List-Unsubscribe=One-Click", w.link(token.Preferences) + "?choose=everything", w.link(token.Answer) + "?comment=x", "/", "/robots.txt",
	}
	before := w.head().Standings
	rapid.Check(t, func(t *rapid.T) {
		for _, path := range rapid.SliceOfN(rapid.SampledFrom(paths), 1, 20).Draw(t, "links") {
			method := rapid.SampledFrom([]string{http.MethodGet, http.MethodHead}).Draw(t, "method")
			w.store.writes.Store(0)
			w.send(request{method: method, path: path})
			if n := w.store.writes.Load(); n != 0 && (method != http.MethodGet || !strings.HasPrefix(path, "/click/")) {
				t.Fatalf("%s of %s writes", method, path)
			}
			w.later(time.Second)
		}
		if !reflect.DeepEqual(before, w.head().Standings) || w.mailed() != everything || w.claim(message).Answer != "" {
			t.Fatal("a look has decided something")
		}
	})
}

func TestForgedLinksReadNothing(t *testing.T) {
	w := newWorld(t)
	w.store.reads.Store(0)
	for _, kind := range []token.Kind{token.Withdraw, token.Preferences, token.Confirm, token.Answer, token.Click} {
		good := w.link(kind)
		other := w.link(token.Withdraw%token.Click + 1)
		for _, path := range []string{good[:len(good)-3], good + "AA", good[:len(good)-1] + "!", strings.Replace(good, "test.", "nope.", 1), "/" + kind.String() + "/", "/" + kind.String() + "/" + strings.Repeat("A", 9000)} {
			for _, method := range []string{"GET", "POST"} {
				if kind == token.Click && method == "POST" {
					continue
				}
				got := w.send(request{method: method, path: path, kind: urlencoded, body: "List-Unsubscribe=One-Click"})
				if got.Code != http.StatusNotFound || !strings.Contains(got.Body.String(), "does not work") {
					t.Errorf("%s %s: %d", method, path, got.Code)
				}
			}
		}
		if kind != token.Preferences { // a token of one kind under the path of another
			_, tok, _ := strings.Cut(other[1:], "/")
			if got := w.get("/" + kind.String() + "/" + tok); got.Code != http.StatusNotFound {
				t.Errorf("%s takes a token of another kind: %d", kind, got.Code)
			}
		}
	}
	if n := w.store.reads.Load(); n != 0 {
		t.Errorf("the store was read %d times", n)
	}
}

func TestAnAnswerIsRecordedWithItsComment(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.post(w.link(token.Answer), "comment", "the maps are\nlovely\x00 \xff ")
	}
	c := w.claim(message)
	told := w.timeline("mail.answered")
	if c.Answer != "7" || len(told) != 1 || told[0].Data.Get("answer").Num() != 7 || told[0].Data.Get("question").Str() != "nps" {
		t.Fatalf("%q, %v", c.Answer, told)
	}
	w.later(time.Minute)
	w.post(w.link(token.Answer, func(c *token.Claims) { c.Arg = "2" }))
	if c := w.claim(message); c.Answer != "2" || len(w.timeline("mail.answered")) != 2 {
		t.Errorf("another answer does not take its place: %q", c.Answer)
	}
	w.post(w.link(token.Answer, func(c *token.Claims) { c.Arg, c.Message = "5", "m-2" }))
	if c := w.claim("m-2"); c.Answer != "5" {
		t.Errorf("%q", c.Answer)
	}
	if got := comment(strings.Repeat("ñ", mostComment+5)); len([]rune(got)) != mostComment {
		t.Errorf("%d characters", len([]rune(got)))
	}
	if got := comment(" a\x00b\xffc\r\n"); got != "abc" {
		t.Errorf("%q", got)
	}
}

func TestAClickIsCountedAndMarkedWhereAMachineSaysSo(t *testing.T) {
	for name, c := range map[string]struct {
		headers map[string]string
		machine bool
	}{
		"a person":       {map[string]string{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}, false},
		"no name":        {map[string]string{"User-Agent": ""}, false},
		"a prefetch":     {map[string]string{"User-Agent": "Mozilla/5.0", "Sec-Purpose": "prefetch;prerender"}, true},
		"a preview":      {map[string]string{"User-Agent": "Mozilla/5.0", "X-Purpose": "preview"}, true},
		"a bot":          {map[string]string{"User-Agent": "Slackbot-LinkExpanding 1.0"}, true},
		"a scanner":      {map[string]string{"User-Agent": "BarracudaScanner/1"}, true},
		"a command line": {map[string]string{"User-Agent": "curl/8.5.0"}, true},
	} {
		w := newWorld(t)
		path := w.link(token.Click)
		for range 2 {
			got := w.send(request{method: http.MethodGet, path: path, headers: c.headers})
			if got.Code != http.StatusFound || got.Header().Get("Location") != "https://alpha.example/maps?a=1&b=2" {
				t.Errorf("%s: %d %v", name, got.Code, got.Header())
			}
			w.later(10 * time.Millisecond)
		}
		told := w.timeline("mail.clicked")
		if w.claim(message).Clicked.IsZero() != c.machine || len(told) != 1 || told[0].Data.Get("machine").Bool() != c.machine {
			t.Errorf("%s: clicked %s, %v", name, w.claim(message).Clicked, told)
		}
	}
}

// A service that does not answer: the page says so and nobody is told why; a click
// goes on all the same.
func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	w := newWorld(t)
	w.store.broken.Store(true)
	for i, got := range []interface {
		Result() *http.Response
	}{
		w.post(w.link(token.Withdraw), oneClick, clicked), w.post(w.link(token.Preferences), "choose", "everything"),
		w.post(w.link(token.Preferences), "choose", "less-often"), w.post(w.link(token.Confirm)), w.post(w.link(token.Answer)),
	} {
		if r := got.Result(); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "60" || len(w.problems) <= i {
			t.Errorf("%d: %d, %d problems", i, r.StatusCode, len(w.problems))
		}
	}
	before := len(w.problems)
	if got := w.get(w.link(token.Click)); got.Code != http.StatusFound || len(w.problems) != before+1 {
		t.Errorf("%d, %v", got.Code, w.problems)
	}
	if w.mailed() != everything {
		t.Error(w.mailed())
	}
}

func TestLinksWorkAfterAnErasure(t *testing.T) {
	w := newWorld(t)
	w.event("person.erased", `{}`)
	w.later(time.Minute)
	for _, got := range []*struct{ method, path, body string }{
		{"GET", w.link(token.Withdraw), ""},
		{"POST", w.link(token.Withdraw), "List-Unsubscribe=One-Click"},
		{"GET", w.link(token.Preferences), ""},
		{"POST", w.link(token.Preferences), "choose=everything"},
		{"GET", w.link(token.Confirm), ""},
		{"POST", w.link(token.Confirm), ""},
	} {
		r := w.send(request{method: got.method, path: got.path, kind: urlencoded, body: got.body})
		if r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "has been erased") {
			t.Errorf("%s %s: %d %s", got.method, got.path, r.Code, r.Body)
		}
	}
	if got := w.post(w.link(token.Answer)); got.Code != http.StatusGone {
		t.Errorf("an answer: %d", got.Code)
	}
	if got := w.get(w.link(token.Click)); got.Code != http.StatusFound {
		t.Errorf("a click: %d", got.Code)
	}
}

func TestAConfirmedLinkThatWasWithdrawnSinceGrantsNothing(t *testing.T) {
	w := newWorld(t)
	link := w.link(token.Confirm)
	w.post(link)
	w.later(time.Minute)
	w.post(w.link(token.Withdraw), oneClick, clicked)
	w.later(time.Minute)
	if got := w.post(link); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "You have unsubscribed since") || w.mailed() != "beta/offers" {
		t.Errorf("%d, %s\n%s", got.Code, w.mailed(), got.Body)
	}
}

func TestPagesAreGuarded(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{w.link(token.Withdraw), w.link(token.Preferences), w.link(token.Confirm), w.link(token.Answer), "/nothing"} {
		got := w.get(path)
		h := got.Header()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "X-Content-Type-Options": "nosniff",
			"Content-Type": "text/html; charset=utf-8", "Content-Language": "en",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		body := got.Body.String()
		sheet := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
		if sheet == nil {
			t.Fatal("no style")
		}
		sum := sha256.Sum256([]byte(sheet[1]))
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("the policy does not allow the page's own style: %s", policy)
		}
		for _, bad := range []string{"<script", "<img", "<link", "src=", "url(", "javascript:", "style="} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
		if !strings.Contains(body, `<html lang="en">`) || strings.Contains(body, "%!") {
			t.Errorf("%s", body)
		}
	}
}

func TestThePageSpeaksTheLanguageOfThePerson(t *testing.T) {
	for _, c := range []struct{ locale, accept, want string }{
		{"es", "en", "es"},
		{"es-MX", "en", "es"},
		{"en-GB", "es", "en"},
		{"ES", "", "es"},
		{"", "es-AR,es;q=0.9,en;q=0.8", "es"},
		{"", "fr,en;q=0.5,es;q=0.7", "es"},
		{"", "fr, de", "en"},
		{"", "", "en"},
		{"ca", "es", "es"},
		{"", "es;q=0", "en"},
		{"", "es;q=x,,;;*", "en"},
	} {
		if got := language(c.locale, c.accept, nil); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if language("", "fr", []string{"es", "en"}) != "es" {
		t.Error("a brand's first language is not taken")
	}
	w := newWorld(t)
	w.event("customer.updated", `{"email":"`+address+`","locale":"es-ES"}`)
	for kind, says := range map[token.Kind]string{
		token.Withdraw: "Darse de baja", token.Preferences: "Tus correos de Alpha Books", token.Confirm: "¿Te escribimos?", token.Answer: "7 en una escala del 0 al 10",
	} {
		got := w.get(w.link(kind))
		if body := got.Body.String(); !strings.Contains(body, `<html lang="es">`) || !strings.Contains(body, says) || got.Header().Get("Content-Language") != "es" || strings.Contains(body, "%!") {
			t.Errorf("%s: %s", kind, body)
		}
	}
	got := w.send(request{method: "GET", path: "/withdraw/x", headers: map[string]string{"Accept-Language": "es"}})
	if !strings.Contains(got.Body.String(), "Este enlace no funciona") {
		t.Error("a stranger is not answered in their language")
	}
}

// Every language says everything, with a place for the same names.
func TestEveryLanguageSaysEverything(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	base := reflect.ValueOf(english)
	for lang, words := range tongues {
		v := reflect.ValueOf(words)
		for i := range v.NumField() {
			name := fmt.Sprint(lang, " ", v.Type().Field(i).Name)
			var is, want []string
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				is, want = []string{f.String()}, []string{base.Field(i).String()}
			case reflect.Array:
				for k := range f.Len() {
					is, want = append(is, f.Index(k).String()), append(want, base.Field(i).Index(k).String())
				}
			default:
				if f.Len() != base.Field(i).Len() {
					t.Errorf("%s has %d of %d", name, f.Len(), base.Field(i).Len())
				}
			}
			for k := range is {
				if is[k] == "" || !reflect.DeepEqual(verbs.FindAllString(is[k], -1), verbs.FindAllString(want[k], -1)) {
					t.Errorf("%s says %q", name, is[k])
				}
			}
		}
	}
	if got := english.list([]string{"a", "b", "c"}); got != "a, b and c" {
		t.Error(got)
	}
	if got := spanish.day(noon); got != "2 de marzo de 2026" {
		t.Error(got)
	}
	if got := english.purpose("new-records"); got != "New records" {
		t.Error(got)
	}
}

func TestEveryLevelHasAButton(t *testing.T) {
	w := newWorld(t)
	body := w.get(w.link(token.Preferences)).Body.String()
	for _, level := range consent.Levels() {
		value := string(level)
		if level == consent.LevelTopic {
			value += ":news"
		}
		if !strings.Contains(body, `name="choose" value="`+value+`"`) {
			t.Errorf("no button for %s", level)
		}
	}
	if strings.Contains(body, `value="topic:offers"`) {
		t.Error("what is off already can be stopped")
	}
}

// Whatever stands where a token stands, and whatever a form holds: it is answered, and what is not
// ours reads nothing.
func FuzzPages(f *testing.F) {
	w := newWorld(f)
	for _, kind := range []token.Kind{token.Withdraw, token.Preferences, token.Confirm, token.Answer, token.Click} {
		path := w.link(kind)
		_, tok, _ := strings.Cut(path[1:], "/")
		f.Add(byte(kind), tok, urlencoded, "List-Unsubscribe=One-Click&choose=pause&comment=x")
	}
	parts, body := inParts(f, "comment", "x")
	f.Add(byte(4), "test.AAAA", parts, body)
	f.Add(byte(2), "a.b/../c?d#e", "multipart/form-data; boundary=\"", "--")
	f.Add(byte(2), "%00", "text/plain; charset=\x00", "choose=%zz&;=&topic:")
	f.Fuzz(func(t *testing.T, kind byte, tok, contentType, body string) {
		k := token.Kind(kind%5 + 1)
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequest(method, "https://links.example/", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Path = "/" + k.String() + "/" + tok
			r.Header.Set("Content-Type", contentType)
			r.Header.Set("Accept-Language", contentType)
			out := &recorder{header: http.Header{}}
			reads := w.store.reads.Load()
			w.ServeHTTP(out, r)
			if out.status < 200 || out.status > 413 {
				t.Fatalf("%s %s: %d", method, r.URL.Path, out.status)
			}
			if _, err := w.ring.Verify(tok, k, w.Now()); err != nil && w.store.reads.Load() != reads {
				t.Fatalf("%s %s reads", method, r.URL.Path)
			}
		}
	})
}

type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header { return r.header }
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return len(p), nil
}

// BenchmarkPublicForged is G13: refused requests a second on one core, none of which reads the store. In
// turn: a key that is not ours, a tag that is wrong, a token of another kind.
func BenchmarkPublicForged(b *testing.B) {
	w := newWorld(b)
	good := w.link(token.Withdraw)
	_, other, _ := strings.Cut(w.link(token.Click)[1:], "/")
	var requests []*http.Request
	for _, path := range []string{strings.Replace(good, "test.", "nope.", 1), good[:len(good)-4] + "AAAA", "/withdraw/" + other} {
		r, err := http.NewRequest(http.MethodPost, "https://links.example"+path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept-Language", "es-ES,es;q=0.9,en;q=0.8")
		requests = append(requests, r)
	}
	w.store.reads.Store(0)
	for i := 0; b.Loop(); i++ {
		out := &recorder{header: http.Header{}}
		if w.ServeHTTP(out, requests[i%len(requests)]); out.status != http.StatusNotFound {
			b.Fatal(out.status)
		}
	}
	if w.store.reads.Load() != 0 {
		b.Fatal("the store was read")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "refused/s")
}

// BenchmarkPublicGenuine is the other half of G13: the preference page of a genuine link, whole.
func BenchmarkPublicGenuine(b *testing.B) {
	w := newWorld(b)
	r, err := http.NewRequest(http.MethodGet, "https://links.example"+w.link(token.Preferences), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		out := &recorder{header: http.Header{}}
		if w.ServeHTTP(out, r); out.status != http.StatusOK {
			b.Fatal(out.status)
		}
	}
}

var _ senda.Clock = (*world)(nil)

// Whatever a text holds, it stays text, and the page around it stays as it is.
func TestTextsStayTexts(t *testing.T) {
	const bad = `</style></p>"'><script>{}&amp;`
	const good = "harmless"
	print := func(s string) string {
		return string(view{
			Lang: s, Brand: s, Controller: s, Post: s, Title: s, Done: s, Text: []string{s}, Hidden: []field{{s, s}}, Button: s, Small: []string{s},
			Question: &question{Text: s, Chosen: s, Comment: s, Most: 1}, Sections: []section{{Heading: s, Rows: []row{{s, s, s, s, s, s}}}},
		}.print())
	}
	escaped := html.EscapeString(bad)
	got := print(bad)
	if want := strings.ReplaceAll(print(good), good, escaped); got != want || strings.Count(got, escaped) != 23 {
		t.Errorf("%d of the texts are escaped:\n%s", strings.Count(got, escaped), got)
	}
}
