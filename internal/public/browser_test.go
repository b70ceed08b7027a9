//go:build browser

package public

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/senda-dev/senda/internal/mail/token"
)

// TestInBrowser looks at every page as a person would: at 375 and 1200 pixels, light and
// dark. axe must have nothing to say, nothing may stick out to the side, and every button
// must be as high as a thumb. scripts/check-pages.sh sets what it needs:
//
//	AXE          the file axe.min.js
//	PAGE_SHOTS   a folder for pictures; may be empty
func TestInBrowser(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		t.Fatalf("run scripts/check-pages.sh, which brings axe: %v", err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	for _, lang := range []string{"en", "es"} {
		w := newWorld(t)
		w.event("customer.updated", `{"email":"`+address+`","locale":"`+lang+`"}`)
		server := httptest.NewServer(w)
		defer server.Close()
		for _, p := range []struct {
			name, path string
			press      string // a button to press first, by CSS; body: none
		}{
			{"withdraw", w.link(token.Withdraw), "body"},
			{"preferences", w.link(token.Preferences), "body"},
			{"confirm", w.link(token.Confirm), "body"},
			{"answer", w.link(token.Answer), "body"},
			{"answer-smile", w.link(token.Answer, func(c *token.Claims) { c.Arg, c.Message = "2", "m-2" }), "body"},
			{"stranger", "/withdraw/nothing", "body"},
			{"late", w.link(token.Answer, func(c *token.Claims) { c.Issued = noon.AddDate(0, 0, -91) }), "body"},
			{"confirmed", w.link(token.Confirm), "button.main"},
			{"answered", w.link(token.Answer), "button.main"},
			{"paused", w.link(token.Preferences), `button[value="pause"]`},
			{"less", w.link(token.Preferences), `button[value="less-often"]`},
			{"objected", w.link(token.Preferences), `button[value="profiling"]`},
			{"withdrawn", w.link(token.Withdraw), "button.main"},
		} {
			for _, width := range []int64{375, 1200} {
				for _, scheme := range []string{"light", "dark"} {
					t.Run(fmt.Sprintf("%s %s %d %s", p.name, lang, width, scheme), func(t *testing.T) {
						lookAt(ctx, t, server.URL+p.path, p.press, string(axe), width, scheme, fmt.Sprintf("%s.%s.%d.%s.png", p.name, lang, width, scheme))
					})
				}
			}
		}
	}
}

func lookAt(ctx context.Context, t *testing.T, address, press, axe string, width int64, scheme, name string) {
	t.Helper()
	var result string
	var wide, low, styled bool
	var shot []byte
	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	there := true
	err := chromedp.Run(ctx,
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.EmulateViewport(width, 900),
		chromedp.Navigate(address),
		chromedp.Evaluate(`!!document.querySelector(`+quoted(press)+`)`, &there),
	)
	if err == nil && press != "body" && there { // a button that is gone was pressed at another width
		_, err = chromedp.RunResponse(ctx, chromedp.Click(press, chromedp.ByQuery))
	}
	if err != nil {
		t.Fatal(err)
	}
	err = chromedp.Run(ctx,
		chromedp.Evaluate(axe+";0", nil),
		chromedp.Evaluate(`axe.run().then(r => JSON.stringify(r.violations.map(v => ({id: v.id, nodes: v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary)}))))`, &result, wait),
		chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide),
		chromedp.Evaluate(`[...document.querySelectorAll("button")].some(b => b.getBoundingClientRect().height < 44)`, &low),
		chromedp.Evaluate(`getComputedStyle(document.querySelector("h1")).fontSize !== "32px"`, &styled), // 2em, where no style is let through
		chromedp.FullScreenshot(&shot, 100),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !styled {
		t.Error("the policy does not let the style through")
	}
	if dir := os.Getenv("PAGE_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var violations []struct {
		ID    string
		Nodes []string
	}
	if err := json.Unmarshal([]byte(result), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("%s: %s", v.ID, strings.Join(v.Nodes, "\n"))
	}
	if wide {
		t.Error("the page is wider than the window")
	}
	if low {
		t.Error("a button is lower than a thumb")
	}
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(text)
}
