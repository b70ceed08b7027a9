package public

import (
	"context"
	"errors"
	"net/http"
	"strings"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/brand"
	"github.com/senda-dev/senda/internal/deliver"
	"github.com/senda-dev/senda/internal/preferences"
)

// Config is what the pages stand on.
type Config struct {
	Links *preferences.Service
	// Book are today's brands: pages bear their names.
	Book func() *brand.Book
	// Problem is told of what failed and is not the visitor's doing. May be nil.
	Problem func(ctx context.Context, err error)
}

// New makes the handler of all pages. It is safe for concurrent use.
func New(c Config) http.Handler {
	p := &pages{Config: c, printed: printStrangers()}
	if p.Problem == nil {
		p.Problem = func(context.Context, error) {}
	}
	p.routes = []route{
		{deliver.WithdrawPath, p.withdraw},
		{deliver.PreferencesPath, p.preferences},
		{deliver.ConfirmPath, p.confirm},
		{deliver.AnswerPath, p.answer},
		{deliver.ClickPath, p.click},
	}
	return p
}

type pages struct {
	Config
	routes []route
	// printed are the pages for links that are not ours, by language.
	printed map[string][]byte
}

// route is one kind of link. The token is what follows the path.
type route struct {
	path  string
	serve func(w http.ResponseWriter, r *http.Request, token string)
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guarded(w.Header())
	for _, route := range p.routes {
		token, ok := strings.CutPrefix(r.URL.Path, route.path)
		switch {
		case !ok:
		case r.Method == http.MethodGet, r.Method == http.MethodHead, r.Method == http.MethodPost && route.path != deliver.ClickPath:
			route.serve(w, r, token)
			return
		default:
			allowed := "GET, HEAD, POST"
			if route.path == deliver.ClickPath {
				allowed = "GET, HEAD"
			}
			w.Header().Set("Allow", allowed)
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
	}
	if r.URL.Path == "/robots.txt" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n"))
		return
	}
	p.stranger(w, r)
}

// guarded keeps pages out of caches, frames and indexes, and their addresses, which hold
// tokens, to themselves.
func guarded(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=63072000")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
}

// stranger answers what is no link of ours.
func (p *pages) stranger(w http.ResponseWriter, r *http.Request) {
	lang := language("", r.Header.Get("Accept-Language"), nil)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(p.printed[lang])
}

// failed answers an error. what is shown before it, for whom the page is.
func (p *pages) failed(w http.ResponseWriter, r *http.Request, v preferences.Visit, err error) {
	t := p.tongue(r, v)
	switch {
	case errors.Is(err, preferences.ErrExpired):
		p.show(w, http.StatusGone, t.page(t.TooOld, t.TooOldText))
	case senda.CodeOf(err) == senda.Denied:
		p.stranger(w, r)
	case senda.CodeOf(err) == senda.NotFound:
		p.show(w, http.StatusGone, t.page(t.Gone, t.GoneText))
	case senda.CodeOf(err) == senda.Invalid:
		p.show(w, http.StatusBadRequest, t.page(t.Unclear, t.UnclearText))
	default:
		p.Problem(r.Context(), err)
		w.Header().Set("Retry-After", "60")
		p.show(w, http.StatusServiceUnavailable, t.page(t.Busy, t.BusyText))
	}
}

// mostForm is the longest form that is read, in bytes: a comment of [mostComment]
// characters, each written in up to twelve.
const mostForm = 32 << 10

// form reads the body of a POST; it answers itself what it cannot read.
func (p *pages) form(w http.ResponseWriter, r *http.Request, v preferences.Visit) bool {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	r.URL.RawQuery = "" // what stands in an address is no choice
	// ParseMultipartForm alone would not tell what is wrong with a form of one part.
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(mostForm)
	}
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil
	}
	var long *http.MaxBytesError
	t := p.tongue(r, v)
	switch {
	case errors.As(err, &long):
		p.show(w, http.StatusRequestEntityTooLarge, t.page(t.Unclear, t.TooLongText))
	case err != nil:
		p.show(w, http.StatusBadRequest, t.page(t.Unclear, t.UnclearText))
	}
	return err == nil
}
