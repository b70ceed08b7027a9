package lifetime_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/senda-dev/senda/internal/lifetime"
)

// A file says what was fitted, to the last bit, with report and without.
func TestFileKeepsTheModel(t *testing.T) {
	m, r, err := lifetime.Choose(purchases(t), lifetime.Options{Period: literature})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(f lifetime.File) {
		t.Helper()
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := lifetime.Decode(data)
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Fatalf("%v\n%+v came back as\n%+v", err, f, back)
		}
	}
	keep(lifetime.File{Model: m, Report: &r})
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		data, err := lifetime.File{Model: m}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := lifetime.Decode(data); err != nil || back.Model != m || back.Report != nil {
			t.Fatalf("%v: %+v came back as %+v", err, m, back)
		}
	})
}

const good = `{
  "version": 1,
  "unit": "week",
  "model": "mbg-nbd",
  "purchases": {"r": 0.5, "alpha": 6, "a": 0.9, "b": 1.6},
  "spend": {"p": 6, "q": 3.7, "v": 1544}
}
`

const goodReport = `,
  "report": {"chosen": "mbg-nbd", "why": "it is", "calibrationFrom": "1997-01-01", "calibrationTo": "1997-09-30", "holdOutTo": "1998-06-30"}
}
`

func TestDecodeRefuses(t *testing.T) {
	if _, err := lifetime.Decode([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{good, ``, `line 1: the file ends too early`},
		{good, `[]`, `line 1: the file is an array, want an object`},
		{`"week"`, `"week",,`, `line 3: not JSON: invalid character ',' looking for beginning of object key string`},
		{"}\n}\n", "}\n} 7", `line 7: not JSON: invalid character '7' after top-level value`},
		{"}\n}\n", "}\n", `line 7: the file ends too early`},
		{`  "version": 1,`, ``, `"version" is missing`},
		{`1,`, `2,`, `version 2; this program reads version 1`},
		{`1,`, `1.5,`, `line 2: "version" is a number 1.5, want a whole number`},
		{`  "unit": "week",`, ``, `"unit" is missing`},
		{`week`, `day`, `unit "day"; this program reads "week"`},
		{`  "model": "mbg-nbd",`, ``, `"model" is missing`},
		{`mbg-nbd`, `pareto`, `model "pareto" is neither "bg-nbd" nor "mbg-nbd"`},
		{`"mbg-nbd"`, `3`, `line 4: "model" is a number, want a string`},
		{`"alpha"`, `"alfa"`, `json: unknown field "alfa"`},
		{`"alpha": 6,`, `"alpha": 6, "ALPHA": 7,`, `line 5: "ALPHA" stands twice`},
		{`"spend"`, `"ſpend"`, `line 6: there is no key "ſpend"`},
		{`"r": 0.5, "alpha": 6, `, ``, "\"purchases.r\" is missing\n\"purchases.alpha\" is missing"},
		{`0.5`, `null`, `"purchases.r" is missing`},
		{`0.5`, `"0.5"`, `line 5: "purchases.r" is a string, want a number`},
		{`0.5`, `-0.5`, `r is -0.5, not from 1e-05 to 100000`},
		{`0.5`, `1e999`, `line 5: "purchases.r" is a number 1e999, want a number`},
		{`3.7`, `0.7`, `q is 0.7: at 1 or less the mean spend is infinite`},
		{`1544`, `1e20`, `v is 1e+20, not from 1e-05 to 1e+15`},
		{"\n}\n", strings.Replace(goodReport, `"chosen": "mbg-nbd"`, `"chosen": "bg-nbd"`, 1), `the report chose bg-nbd, the model is mbg-nbd`},
		{"\n}\n", strings.Replace(goodReport, `1997-09-30`, `1997-09-31`, 1), `"1997-09-31" is no date like 1997-09-30`},
		{"\n}\n", strings.Replace(goodReport, `1998`, `1996`, 1), `report: calibration from 1997-01-01 to 1997-09-30 and hold-out to 1996-06-30 are not in order`},
		{"\n}\n", strings.Replace(goodReport, `"it is"`, `"it \u001b[2J is"`, 1), `report: control characters in "it \x1b[2J is"`},
		{"\n}\n", strings.Replace(goodReport, `"why"`, `"customers": -1, "why"`, 1), `report: a count is negative`},
		{"\n}\n", strings.Replace(goodReport, `"why"`, `"candidates": [{"model": "bg-nbd"}], "why"`, 1), "report: bg-nbd: r is 0, not from 1e-05 to 100000\nalpha is 0, not from 1e-05 to 100000\na is 0, not from 1e-05 to 100000\nb is 0, not from 1e-05 to 100000"},
		{good, strings.Repeat(" ", 70_000), `70000 bytes; no model has more than 65536`},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		_, err := lifetime.Decode([]byte(text))
		if want := "model file: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%q for %q:\n got %v\nwant %s", c.to, c.from, err, want)
		}
	}
	if _, err := lifetime.Decode([]byte(strings.Replace(good, "\n}\n", goodReport, 1))); err != nil {
		t.Errorf("a good report: %v", err)
	}
}

func TestEncodeRefusesWhatDecodeWould(t *testing.T) {
	bad := model
	bad.Purchases.A = -1
	if data, err := (lifetime.File{Model: bad}).Encode(); err == nil {
		t.Errorf("wrote %s", data)
	}
}

// Whatever a stranger writes: an error or a model that can score, and that
// reads back what it writes.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(strings.Replace(good, "\n}\n", goodReport, 1)))
	f.Add([]byte(strings.Replace(good, "0.9", "1e-5", 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := lifetime.Decode(data)
		if err != nil {
			return
		}
		again, err := file.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := lifetime.Decode(again); err != nil || back.Model != file.Model {
			t.Fatalf("%v: %+v came back as %+v", err, file.Model, back.Model)
		}
		s, err := lifetime.NewScorer(file.Model, 52, 0.002)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []lifetime.Summary{{}, {Repeats: 3, Last: 10, Age: 20, MeanSpend: 500}, {Repeats: 200, Last: 100, Age: 100}} {
			got, err := s.Score(h)
			if err != nil {
				t.Fatal(err)
			}
			if !(got.Alive >= 0 && got.Alive <= 1 && got.Purchases >= 0 && got.Value >= 0 && got.Discounted >= 0) {
				t.Fatalf("%+v scores %+v with %+v", h, got, file.Model)
			}
		}
	})
}
