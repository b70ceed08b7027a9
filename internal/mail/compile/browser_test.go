//go:build browser

package compile

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/senda-dev/senda/internal/mail"
)

// TestInBrowser looks at mails as a person would: at 375 and 700 pixels, light and
// dark. axe must have nothing to say, and nothing may stick out to the side.
// scripts/check-mails.sh sets what it needs:
//
//	AXE          the file axe.min.js
//	MAIL_FILES   further HTML files to look at, a glob; may be empty
//	MAIL_SHOTS   a folder for pictures; may be empty
func TestInBrowser(t *testing.T) {
	axe, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		t.Fatalf("run scripts/check-mails.sh, which brings axe: %v", err)
	}
	files := samplePages(t)
	if glob := os.Getenv("MAIL_FILES"); glob != "" {
		more, err := filepath.Glob(glob)
		if err != nil || len(more) == 0 {
			t.Fatalf("no mails in %s: %v", glob, err)
		}
		files = append(files, more...)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	ctx, stop = context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	for _, file := range files {
		for _, width := range []int64{375, 700} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s %d %s", strings.TrimSuffix(filepath.Base(file), ".html"), width, scheme), func(t *testing.T) {
					lookAt(ctx, t, file, string(axe), width, scheme)
				})
			}
		}
	}
}

// samplePages renders the samples of both brands into files.
func samplePages(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	var out []string
	for _, brand := range []string{"cellar", "pantry"} {
		for _, name := range []string{"come-back", "confirm"} {
			m := sample(t, name, brand)
			for _, lang := range m.Languages {
				values := sampleValues()
				values["brand"].(map[string]any)["name"] = strings.ToUpper(brand[:1]) + brand[1:]
				r, err := m.Render(lang, values, mail.Options{})
				if err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(dir, brand+"."+name+"."+lang+".html")
				if err := os.WriteFile(file, []byte(r.HTML), 0o600); err != nil {
					t.Fatal(err)
				}
				out = append(out, file)
			}
		}
	}
	return out
}

func lookAt(ctx context.Context, t *testing.T, file, axe string, width int64, scheme string) {
	t.Helper()
	page, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	address := url.URL{Scheme: "file", Path: page}
	var result string
	var wide bool
	var shot []byte
	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	err = chromedp.Run(ctx,
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.EmulateViewport(width, 900),
		chromedp.Navigate(address.String()),
		chromedp.Evaluate(axe+";0", nil),
		chromedp.Evaluate(`axe.run().then(r => JSON.stringify(r.violations.map(v => ({id: v.id, nodes: v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary)}))))`, &result, wait),
		chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide),
		chromedp.FullScreenshot(&shot, 100),
	)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("MAIL_SHOTS"); dir != "" {
		name := fmt.Sprintf("%s.%d.%s.png", strings.TrimSuffix(filepath.Base(file), ".html"), width, scheme)
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
		t.Error("the mail is wider than the window")
	}
}
