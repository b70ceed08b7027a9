package lifetime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// File is a fitted model as it is kept: a small JSON file that a person can read.
//
//	{
//	  "version": 1,
//	  "unit": "week",
//	  "model": "mbg-nbd",
//	  "purchases": {"r": 0.5246, "alpha": 6.18, "a": 0.891, "b": 1.614},
//	  "spend": {"p": 6.25, "q": 3.74, "v": 1544.35},
//	  "report": { ... }
//	}
//
// The report may be missing: a model can come from elsewhere.
type File struct {
	Model  Model
	Report *Report
}

const (
	fileVersion = 1
	fileUnit    = "week"
	fileLimit   = 64 << 10 // bytes; a real file has some two thousand
)

// written is the shape of the file. Pointers tell what is missing from what is zero.
type written struct {
	Version   int           `json:"version"`
	Unit      string        `json:"unit"`
	Kind      *Kind         `json:"model"`
	Purchases writtenParams `json:"purchases"`
	Spend     writtenSpend  `json:"spend"`
	Report    *Report       `json:"report,omitempty"`
}

type writtenParams struct {
	R     *float64 `json:"r"`
	Alpha *float64 `json:"alpha"`
	A     *float64 `json:"a"`
	B     *float64 `json:"b"`
}

type writtenSpend struct {
	P *float64 `json:"p"`
	Q *float64 `json:"q"`
	V *float64 `json:"v"`
}

// Encode writes f. It returns an error for a model or report that Decode would refuse.
func (f File) Encode() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	p, s := f.Model.Purchases, f.Model.Spend
	out, err := json.MarshalIndent(written{
		Version: fileVersion, Unit: fileUnit, Kind: &f.Model.Kind,
		Purchases: writtenParams{&p.R, &p.Alpha, &p.A, &p.B},
		Spend:     writtenSpend{&s.P, &s.Q, &s.V},
		Report:    f.Report,
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

// Decode reads what Encode writes, from anybody's hand: unknown and repeated keys, another
// version or unit, missing and impossible parameters are errors that name them.
func Decode(data []byte) (File, error) {
	f, err := decode(data)
	if err != nil {
		return File{}, fmt.Errorf("model file: %w", err)
	}
	return f, nil
}

func decode(data []byte) (File, error) {
	if len(data) > fileLimit {
		return File{}, fmt.Errorf("%d bytes; no model has more than %d", len(data), fileLimit)
	}
	if err := refuseRepeatedKeys(data); err != nil {
		return File{}, err
	}
	// The version first: another version may have other keys.
	var head struct {
		Version *int    `json:"version"`
		Unit    *string `json:"unit"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return File{}, place(data, err)
	}
	switch {
	case head.Version == nil:
		return File{}, errors.New(`"version" is missing`)
	case *head.Version != fileVersion:
		return File{}, fmt.Errorf("version %d; this program reads version %d", *head.Version, fileVersion)
	case head.Unit == nil:
		return File{}, errors.New(`"unit" is missing`)
	case *head.Unit != fileUnit:
		return File{}, fmt.Errorf("unit %q; this program reads %q", *head.Unit, fileUnit)
	}
	var w written
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return File{}, place(data, err)
	}
	if err := w.complete(); err != nil {
		return File{}, err
	}
	f := File{Model{
		*w.Kind,
		Params{*w.Purchases.R, *w.Purchases.Alpha, *w.Purchases.A, *w.Purchases.B},
		Spend{*w.Spend.P, *w.Spend.Q, *w.Spend.V},
	}, w.Report}
	return f, f.check()
}

// complete names everything that is missing.
func (w written) complete() error {
	var missing []error
	if w.Kind == nil {
		missing = append(missing, errors.New(`"model" is missing`))
	}
	for _, p := range []struct {
		name  string
		value *float64
	}{
		{"purchases.r", w.Purchases.R},
		{"purchases.alpha", w.Purchases.Alpha},
		{"purchases.a", w.Purchases.A},
		{"purchases.b", w.Purchases.B},
		{"spend.p", w.Spend.P},
		{"spend.q", w.Spend.Q},
		{"spend.v", w.Spend.V},
	} {
		if p.value == nil {
			missing = append(missing, fmt.Errorf("%q is missing", p.name))
		}
	}
	return errors.Join(missing...)
}

// check refuses what no fit gives.
func (f File) check() error {
	if err := f.Model.Check(); err != nil {
		return err
	}
	r := f.Report
	if r == nil {
		return nil
	}
	if r.Chosen != f.Model.Kind {
		return fmt.Errorf("the report chose %v, the model is %v", r.Chosen, f.Model.Kind)
	}
	for _, d := range []Date{r.CalibrationFrom, r.CalibrationTo, r.HoldOutTo} {
		var day Date
		if err := day.UnmarshalText([]byte(d)); err != nil {
			return fmt.Errorf("report: %w", err)
		}
	}
	if r.CalibrationFrom > r.CalibrationTo || r.CalibrationTo >= r.HoldOutTo {
		return fmt.Errorf("report: calibration from %s to %s and hold-out to %s are not in order", r.CalibrationFrom, r.CalibrationTo, r.HoldOutTo)
	}
	counts := []int{r.Customers, r.Repeaters, r.Repeats, r.HoldOutPurchases, r.Spend.Customers, r.Spend.LeftOut}
	if slices.Min(counts) < 0 {
		return errors.New("report: a count is negative")
	}
	texts := []string{r.Why}
	for _, c := range r.Candidates {
		texts = append(texts, c.Refused)
		if _, err := c.Kind.MarshalText(); err != nil {
			return fmt.Errorf("report: %w", err)
		}
		if c.Refused == "" {
			if err := c.Params.check(); err != nil {
				return fmt.Errorf("report: %v: %w", c.Kind, err)
			}
		}
		if !(c.Error >= 0 && c.Foretold >= 0) || math.IsInf(c.Error+c.Foretold, 1) {
			return fmt.Errorf("report: %v: hold-out figures are not finite and positive", c.Kind)
		}
	}
	for _, text := range texts { // it is shown in terminals
		if strings.ContainsFunc(text, unicode.IsControl) {
			return fmt.Errorf("report: control characters in %q", text)
		}
	}
	return nil
}

// place turns the errors of encoding/json into words with a line.
func place(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		what := "the file"
		if kind.Field != "" {
			what = strconv.Quote(kind.Field)
		}
		return fmt.Errorf("line %d: %s is %s, want %s", lineOf(data, kind.Offset), what, article(kind.Value), article(word(kind.Type)))
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF),
		errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input":
		return fmt.Errorf("line %d: the file ends too early", lineOf(data, int64(len(data))))
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: not JSON: %w", lineOf(data, syntax.Offset), err)
	}
	return err
}

func article(noun string) string {
	if noun == "object" || noun == "array" {
		return "an " + noun
	}
	return "a " + noun
}

// lineOf returns the line, from 1, of a place in data.
func lineOf(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset, 0), int64(len(data)))], []byte("\n"))
}

// word names what a Go type is in JSON.
func word(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[Kind]() {
		return "string"
	}
	switch t.Kind() {
	case reflect.Int:
		return "whole number"
	case reflect.Float64:
		return "number"
	case reflect.Struct:
		return "object"
	case reflect.Slice:
		return "array"
	default:
		return t.Kind().String()
	}
}

// refuseRepeatedKeys finds a key that stands twice in one object, in whatever case, since
// encoding/json takes any case: readers would disagree about which counts.
func refuseRepeatedKeys(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()              // numbers are judged where their names are known
	var open []map[string]bool // by depth; nil in arrays
	key := false               // the next string is a key
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return place(data, err)
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if key {
				// Beyond ASCII, encoding/json takes more spellings for the same key.
				if strings.ContainsFunc(t, func(r rune) bool { return r > unicode.MaxASCII }) {
					return fmt.Errorf("line %d: there is no key %q", lineOf(data, d.InputOffset()), t)
				}
				name := strings.ToLower(t)
				if open[len(open)-1][name] {
					return fmt.Errorf("line %d: %q stands twice", lineOf(data, d.InputOffset()), t)
				}
				open[len(open)-1][name] = true
				key = false
				continue
			}
		}
		key = len(open) > 0 && open[len(open)-1] != nil
	}
}
