package events

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// publish writes versions that were never published; it changes no other.
var publish = flag.Bool("publish", false, "publish contracts whose x-version is new")

// Every version of a contract is kept as it was published, and every later one
// takes what the earlier ones took.
func TestVersions(t *testing.T) {
	set := defaults(t)
	for _, kind := range set.Kinds() {
		c, _ := set.Contract(kind)
		name := func(n int) string { return filepath.Join("published", kind, fmt.Sprintf("%d.json", n)) }
		if _, err := os.Stat(name(c.Version)); *publish && os.IsNotExist(err) {
			if err := os.MkdirAll(filepath.Dir(name(1)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name(c.Version), c.Schema(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		now := readContract(t, kind, c.Schema())
		for n := 1; n <= c.Version; n++ {
			text, err := os.ReadFile(name(n))
			if err != nil {
				t.Errorf("%s: version %d was never published: go test ./events -run TestVersions -publish (%v)", kind, n, err)
				continue
			}
			was := readContract(t, kind, text)
			if n == c.Version && !reflect.DeepEqual(rules(was), rules(now)) {
				t.Errorf("%s: version %d is published and asks something else; make it version %d", kind, n, n+1)
			}
			for _, broken := range incompatible(was, now, c.Emitted, "") {
				t.Errorf("%s: version %d is not followed by version %d: %s", kind, n, c.Version, broken)
			}
		}
		if id := now["$id"]; id != fmt.Sprintf("https://senda.dev/events/%s/%d", kind, c.Version) {
			t.Errorf("%s: version %d calls itself %v", kind, c.Version, id)
		}
	}
}

// Nothing that was published is taken back, and no version is ahead of its contract.
func TestPublishedContractsAreStillThere(t *testing.T) {
	set := defaults(t)
	paths, err := fs.Glob(os.DirFS("published"), "*/*.json")
	if err != nil || len(paths) < len(set.Kinds()) {
		t.Fatalf("%d versions are published: %v", len(paths), err)
	}
	for _, p := range paths {
		kind, file, _ := strings.Cut(p, "/")
		c, ok := set.Contract(kind)
		if !ok {
			t.Errorf("%s is gone: sources still send it", kind)
			continue
		}
		var n int
		if _, err := fmt.Sscanf(file, "%d.json", &n); err != nil || n < 1 || n > c.Version {
			t.Errorf("%s is no version of a contract that stands at %d", p, c.Version)
		}
	}
}

func readContract(t testing.TB, kind string, text []byte) map[string]any {
	t.Helper()
	var out map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return out
}

// A change of a contract is either one that no source and no reader can notice, or
// it is named.
func TestIncompatible(t *testing.T) {
	const was = `{"x-lateness":"7 days","type":"object","required":["id"],"properties":{
		"id":{"type":"string","minLength":1,"maxLength":200},
		"way":{"type":"string","enum":["web","shop"]},
		"day":{"type":"string","format":"date"},
		"total":{"type":"number","minimum":0,"maximum":100,"x-money":"currency"},
		"currency":{"type":"string","pattern":"^[A-Z]{3}$"},
		"name":{"type":"string","x-personal":true},
		"lines":{"type":"array","maxItems":5,"items":{"type":"object","required":["sku"],"properties":{"sku":{"type":"string"}}}}}}`
	for _, x := range []struct {
		note, from, to string
		want           string // "" when a source may go on as before
		reader         bool   // a reader of what Senda emits may not
	}{
		{"words", `"type":"array"`, `"title":"t","description":"d","type":"array"`, "", false},
		{"a field more", `"properties":{"sku"`, `"properties":{"note":{"type":"string"},"sku"`, "", false},
		{"a field more that is wanted", `"required":["id"],"properties":{`, `"required":["id","new"],"properties":{"new":{"type":"string"},`, `/required: "new" is wanted now`, false},
		{"a field less", `"name":{"type":"string","x-personal":true},`, ``, `/properties/name: the field is gone`, true},
		{"one that is wanted", `"required":["id"]`, `"required":["id","way"]`, `/required: "way" is wanted now`, true},
		{"one that need not be there", `"required":["id"],`, ``, "", true},
		{"a word more", `"enum":["web","shop"]`, `"enum":["web","shop","phone"]`, "", true},
		{"a word less", `"enum":["web","shop"]`, `"enum":["web"]`, `/properties/way/enum: "shop" is not taken any more`, true},
		{"words where any stood", `"sku":{"type":"string"}`, `"sku":{"type":"string","enum":["a"]}`, `/properties/lines/items/properties/sku/enum: it is new`, true},
		{"any word", `,"enum":["web","shop"]`, ``, "", true},
		{"longer", `"maxLength":200`, `"maxLength":300`, "", true},
		{"shorter", `"maxLength":200`, `"maxLength":100`, `/properties/id/maxLength: it is narrower`, true},
		{"lower", `"minimum":0`, `"minimum":-5.5`, "", true},
		{"higher", `"minimum":0`, `"minimum":0.5`, `/properties/total/minimum: it is narrower`, true},
		{"a bound", `"sku":{"type":"string"}`, `"sku":{"type":"string","minLength":1}`, `/properties/lines/items/properties/sku/minLength: it is new`, true},
		{"fewer elements", `"maxItems":5`, `"maxItems":4`, `/properties/lines/maxItems: it is narrower`, true},
		{"null too", `"id":{"type":"string"`, `"id":{"type":["string","null"]`, "", true},
		{"another type", `"id":{"type":"string"`, `"id":{"type":"number"`, `/properties/id/type: a string is not taken any more`, true},
		{"whole numbers", `"total":{"type":"number"`, `"total":{"type":"integer"`, `/properties/total/type: a number is not taken any more`, true},
		{"another pattern", `^[A-Z]{3}$`, `^[A-Z]{2}$`, `/properties/currency/pattern: it is another`, true},
		{"no pattern", `,"pattern":"^[A-Z]{3}$"`, ``, "", true},
		{"no format", `,"format":"date"`, ``, "", true},
		{"another currency", `"x-money":"currency"`, `"x-money":"id"`, `/properties/total/x-money: it is another`, true},
		{"no amount", `,"x-money":"currency"`, ``, `/properties/total/x-money: it is gone`, true},
		{"personal now", `"way":{`, `"way":{"x-personal":true,`, "", false},
		{"personal no more", `,"x-personal":true`, ``, `/properties/name/x-personal: it is gone`, true},
		{"sooner too late", `7 days`, `6 days`, `/x-lateness: it is shorter`, true},
		{"later", `7 days`, `8 days`, "", false},
		{"emitted", `"x-lateness"`, `"x-emitted":true,"x-lateness"`, `/x-emitted: it is new`, true},
	} {
		now := strings.Replace(was, x.from, x.to, 1)
		if now == was {
			t.Fatalf("%s: nothing changed", x.note)
		}
		a, b := readContract(t, x.note, []byte(was)), readContract(t, x.note, []byte(now))
		got := incompatible(a, b, false, "")
		if strings.Join(got, "; ") != x.want {
			t.Errorf("%s: got %q, want %q", x.note, got, x.want)
		}
		if got := incompatible(a, b, true, ""); (len(got) > 0) != (x.want != "" || x.reader) {
			t.Errorf("%s, emitted: got %q", x.note, got)
		}
	}
}
