package catalog_test

import (
	"strings"
	"testing"
	"testing/fstest"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/catalog"
	"github.com/senda-dev/senda/internal/rules"
	"github.com/senda-dev/senda/journeys"
)

func TestTheShopIsSound(t *testing.T) {
	c, err := catalog.Sound(journeys.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rules.New(c, "salt", nil); err != nil || len(c.Brands.Brands) == 0 || len(c.Events.Kinds()) < 20 {
		t.Errorf("%d brands, %d kinds of events: %v", len(c.Brands.Brands), len(c.Events.Kinds()), err)
	}
}

func TestWhatIsNotSoundIsNoCatalog(t *testing.T) {
	brands, err := journeys.Files.ReadFile("brands.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = catalog.Sound(fstest.MapFS{"brands.yaml": {Data: append(brands, "nonsense: yes\n"...)}})
	if senda.CodeOf(err) != senda.Invalid || !strings.Contains(err.Error(), "brands.yaml:") {
		t.Errorf("%v", err)
	}
}
