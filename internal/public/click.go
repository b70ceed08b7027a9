package public

import (
	"net/http"
	"net/url"
	"strings"
)

// click counts a click and goes on to where the link leads. A person goes on
// whether or not it could be counted.
func (p *pages) click(w http.ResponseWriter, r *http.Request, link string) {
	var address string
	var err error
	if r.Method == http.MethodHead { // only asks what would come
		address, err = p.Links.Target(link)
	} else {
		address, err = p.Links.Click(r.Context(), link, machine(r.Header))
	}
	if address == "" {
		p.stranger(w, r)
		return
	}
	if err != nil {
		p.Problem(r.Context(), err)
	}
	// The address is signed by us. What leads anywhere but to a page was never ours to sign.
	to, err := url.Parse(address)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" || to.Host == "" {
		p.stranger(w, r)
		return
	}
	w.Header().Set("Location", to.String())
	w.WriteHeader(http.StatusFound)
}

// machine says that whoever follows the link says of itself that it is no person:
// browsers that fetch ahead, and programs that are called so. Those that pass for
// people are not found out here.
func machine(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		said := strings.ToLower(h.Get(name))
		if strings.Contains(said, "prefetch") || strings.Contains(said, "preview") {
			return true
		}
	}
	agent := strings.ToLower(h.Get("User-Agent"))
	for _, word := range []string{"bot", "crawl", "spider", "preview", "scan", "proxy", "curl/", "wget/", "python", "go-http-client", "java/", "okhttp", "headless"} {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}
