package offer

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/golden"
)

func TestGolden(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		src := c.File("offers.yaml")
		b, found := Read("offers.yaml", src)
		c.Want("diag", found.Render(func(string) []byte { return src }))
		c.Want("book", show(b))
	})
}

func show(b *Book) string {
	var s strings.Builder
	for _, x := range b.Slots {
		fmt.Fprintf(&s, "slot %s of %v, fallback %q\n", x.Name, x.Offers, x.Fallback)
	}
	for _, o := range b.Offers {
		fmt.Fprintf(&s, "offer %s of %s if=%v value=%s cost=%s per person=%v total=%d budget=%v valid=%s code=%q title=%v\n",
			o.Name, o.Brand, o.If != nil, o.Value, o.Cost, o.PerPerson, o.Total, o.Budget, o.Valid, o.Code, o.Title)
	}
	return s.String()
}

// The shop's own file is without findings.
func TestTheShop(t *testing.T) {
	src, err := os.ReadFile("../../journeys/offers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, found := Read("offers.yaml", src)
	if len(found) > 0 {
		t.Error(found.Render(func(string) []byte { return src }))
	}
	if len(b.Slots) == 0 || len(b.Offers) == 0 {
		t.Error("the shop offers nothing")
	}
}

func FuzzRead(f *testing.F) {
	src, err := os.ReadFile("../../journeys/offers.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<12 {
			return
		}
		b, found := Read("f", []byte(src))
		show(b)
		found.Render(func(string) []byte { return []byte(src) })
	})
}
