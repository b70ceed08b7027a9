package deployment_test

import (
	"maps"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/deployment"
)

var outputs = map[string]string{
	"Table": "t", "Proofs": "p", "Bundles": "b", "Bus": "bus", "Secret": "arn:secret", "Salt": "s", "LinksUrl": "https://l.example",
	"IntakeQueue": "https://q", "Release": "v1", "Senders": `{"alpha": {"marketing": "m", "transactional": "t"}}`,
	"DeadLetters":  `[{"hop": "intake", "arn": "arn:dead", "url": "https://dead", "to": "arn:intake"}]`,
	"DeadLetters2": `[{"hop": "audience", "arn": "arn:dead2", "url": "https://dead2", "to": ""}]`,
}

func with(key, value string) map[string]string {
	m := maps.Clone(outputs)
	if value == "" {
		delete(m, key)
	} else {
		m[key] = value
	}
	return m
}

func TestFrom(t *testing.T) {
	d, err := deployment.From("Shop", outputs)
	if err != nil {
		t.Fatal(err)
	}
	if d.Table != "t" || d.Proofs != "p" || d.IntakeQueue != "https://q" || d.Data != "Shop" || d.Senders["alpha"]["marketing"] != "m" {
		t.Errorf("%+v", d)
	}
	if len(d.DeadLetters) != 2 || d.DeadLetters[0].Name != "audience" {
		t.Errorf("the dead letters are %+v: both outputs, by name", d.DeadLetters)
	}
	if h, ok := d.Hop("intake"); !ok || h.To != "arn:intake" {
		t.Errorf("intake: %+v", h)
	}
	if _, ok := d.Hop("send"); ok {
		t.Error("a function without dead letters has some")
	}
	if d, err := deployment.From("Shop", with("DataStack", "ShopData")); err != nil || d.Data != "ShopData" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestFromAnother(t *testing.T) {
	for key, c := range map[string]struct {
		value string
		code  senda.Code
	}{
		"Table": {"", senda.NotFound}, "IntakeQueue": {"", senda.NotFound}, "Secret": {"", senda.NotFound},
		"DeadLetters": {"[", senda.Invalid}, "DeadLetters2": {"{}", senda.Invalid}, "Senders": {"[]", senda.Invalid},
	} {
		d, err := deployment.From("Shop", with(key, c.value))
		if senda.CodeOf(err) != c.code || !strings.Contains(err.Error(), key) {
			t.Errorf("output %s = %q: %+v, %v; want %s that names it", key, c.value, d, err, c.code)
		}
	}
}
