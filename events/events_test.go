package events

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/senda-dev/senda/internal/jsonata"
)

func defaults(t testing.TB) *Set {
	t.Helper()
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every contract loads, its sample keeps it, and its fields say what they are.
func TestContracts(t *testing.T) {
	s := defaults(t)
	if len(s.Kinds()) < 20 {
		t.Errorf("only %d kinds", len(s.Kinds()))
	}
	for _, kind := range s.Kinds() {
		c, ok := s.Contract(kind)
		if !ok || c.Kind != kind || c.Lateness.IsZero() {
			t.Fatalf("%s is %+v", kind, c)
		}
		var walk func(path string, f Field)
		walk = func(path string, f Field) {
			if path != "" && !strings.HasSuffix(path, "[]") && f.Note == "" {
				t.Errorf("%s%s says nothing of itself", kind, path)
			}
			if path != "" && f.Type == Any {
				t.Errorf("%s%s has no type", kind, path)
			}
			if f.Personal && (f.Type == Object || f.Type == List) {
				t.Errorf("%s%s is personal as a whole; mark what is in it", kind, path)
			}
			for _, x := range f.Fields {
				if x.Currency != "" {
					if cur, ok := find(f, x.Currency); !ok || cur.Type != Text {
						t.Errorf("%s%s.%s is an amount without its currency", kind, path, x.Name)
					}
				}
				walk(path+"."+x.Name, x)
			}
			if f.Items != nil {
				walk(path+"[]", *f.Items)
			}
		}
		walk("", c.Root)
	}
}

// find looks for a currency among the fields of an object; lines state theirs in
// the object around them.
func find(f Field, name string) (Field, bool) {
	for _, x := range f.Fields {
		if x.Name == name {
			return x, true
		}
	}
	return Field{Type: Text}, f.Name == ""
}

func TestFields(t *testing.T) {
	c, _ := defaults(t).Contract("order.completed")
	for path, want := range map[string]struct {
		typ     Type
		mayMiss bool
	}{
		"order.total":     {Number, false},
		"order.margin":    {Number, true},
		"order.lines.sku": {Text, true},
		"order.lines":     {List, true},
		"order":           {Object, false},
	} {
		f, ok := c.Field(strings.Split(path, ".")...)
		if !ok || f.Type != want.typ || c.MayMiss(strings.Split(path, ".")...) != want.mayMiss {
			t.Errorf("%s is %+v, found %v, may miss %v", path, f, ok, !want.mayMiss)
		}
	}
	if _, ok := c.Field("order", "totl"); ok {
		t.Error("a field that nobody declared is found")
	}
}

func TestValidateSaysAllAndQuotesNothing(t *testing.T) {
	c, _ := defaults(t).Contract("order.completed")
	breaches := c.Validate([]byte(`{"order":{"id":"","currency":"secret","total":-3,"channel":"pigeon","lines":[{"sku":1}]}}`))
	want := []string{
		"order.channel: it is none of web, shop, phone and partner",
		"order.currency: it is not a currency such as EUR",
		"order.id: it is empty or too short",
		"order.lines.0: quantity is missing",
		"order.lines.0.sku: it is a number where a text belongs",
		"order.total: it is less than 0",
	}
	var got []string
	for _, b := range breaches {
		got = append(got, b.String())
		if strings.Contains(b.String(), "secret") || strings.Contains(b.String(), "pigeon") {
			t.Errorf("%s quotes the payload", b)
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	customer, _ := defaults(t).Contract("customer.updated")
	if b := customer.Validate([]byte(`{"email":"nobody","birthday":"soon","locale":null}`)); len(b) != 2 {
		t.Errorf("got %v", b)
	}
	if b := c.Validate([]byte(`{`)); len(b) != 1 || b[0].Message != "it is not JSON" {
		t.Errorf("got %v", b)
	}
}

func TestWithoutPersonal(t *testing.T) {
	c, _ := defaults(t).Contract("customer.updated")
	data, err := jsonata.ParseJSON([]byte(`{"first-name":"Ana","locale":"es","unknown":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.WithoutPersonal(data).String(); got != `{"locale":"es"}` {
		t.Errorf("got %s", got)
	}
	if got := c.Named(data).String(); got != `{"first-name":"Ana","locale":"es"}` {
		t.Errorf("got %s", got)
	}
}

// What a scenario leaves out comes from the sample, inside objects too.
func TestFilled(t *testing.T) {
	c, _ := defaults(t).Contract("basket.changed")
	data, err := jsonata.ParseJSON([]byte(`{"basket":{"total":99}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Filled(data)
	if got.Get("basket").Get("total").Num() != 99 || got.Get("basket").Get("id").Str() == "" {
		t.Errorf("got %s", got)
	}
	if b := c.Validate(got.AppendJSON(nil)); len(b) > 0 {
		t.Errorf("breaches %v", b)
	}
}

func TestLoadRefusesBadContracts(t *testing.T) {
	good := `{"title":"t","x-version":1,"type":"object"}`
	for name, fsys := range map[string]fstest.MapFS{
		"no sample":    {"contracts/a.b.json": {Data: []byte(good)}},
		"no version":   {"contracts/a.b.json": {Data: []byte(`{"title":"t","type":"object"}`)}, "samples/a.b.json": {Data: []byte(`{}`)}},
		"bad sample":   {"contracts/a.b.json": {Data: []byte(good)}, "samples/a.b.json": {Data: []byte(`3`)}},
		"bad lateness": {"contracts/a.b.json": {Data: []byte(`{"title":"t","x-version":1,"x-lateness":"soon","type":"object"}`)}, "samples/a.b.json": {Data: []byte(`{}`)}},
		"no JSON":      {"contracts/a.b.json": {Data: []byte(`{`)}, "samples/a.b.json": {Data: []byte(`{}`)}},
	} {
		if _, err := Load(fsys); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

// Whatever the payload, validating ends, and what is kept without personal
// fields still keeps the types of the contract.
func FuzzValidate(f *testing.F) {
	s := defaults(f)
	for _, k := range s.Kinds() {
		c, _ := s.Contract(k)
		f.Add(k, string(c.Sample()))
	}
	f.Fuzz(func(t *testing.T, kind, payload string) {
		c, ok := s.Contract(kind)
		if !ok {
			return
		}
		breaches := c.Validate([]byte(payload))
		for _, b := range breaches {
			if b.Message == "" {
				t.Fatal("a breach without words")
			}
		}
		v, err := jsonata.ParseJSON([]byte(payload))
		if err != nil || len(breaches) > 0 {
			return
		}
		c.WithoutPersonal(v)
	})
}
