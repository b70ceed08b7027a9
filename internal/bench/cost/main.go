// Command cost prints G9, what a million customers of the reference journey cost besides
// SES, and the derivation, from what was counted of it on the emulator.
//
//	cost -counts internal/cost/testdata/reference.json [-page docs/cost.md]
//
// With -page it writes the derivation into the page, between its marks.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/senda-dev/senda/internal/cost"
)

func main() {
	counts := flag.String("counts", "internal/cost/testdata/reference.json", "what was counted")
	page := flag.String("page", "", "page to write the derivation into")
	flag.Parse()
	if err := run(*counts, *page); err != nil {
		fmt.Fprintln(os.Stderr, "bench-cost:", err)
		os.Exit(1)
	}
}

func run(counts, page string) error {
	text, err := os.ReadFile(counts)
	if err != nil {
		return err
	}
	c, err := cost.Decode(text)
	if err != nil {
		return fmt.Errorf("%s: %w", counts, err)
	}
	derived, err := cost.Page(c)
	if err != nil {
		return err
	}
	if page != "" {
		old, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		after, err := cost.Into(string(old), derived)
		if err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
		if err := os.WriteFile(page, []byte(after), 0o644); err != nil { //nolint:gosec // a page is for everybody
			return err
		}
	}
	figure, err := cost.Figure(c)
	if err != nil {
		return err
	}
	fmt.Println(figure)
	fmt.Println()
	fmt.Print(derived)
	return nil
}
