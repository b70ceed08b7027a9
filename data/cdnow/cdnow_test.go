package cdnow_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/senda-dev/senda/data/cdnow"
)

// The sample is whole: the counts are those of the literature.
func TestSampleIsWhole(t *testing.T) {
	rows, err := cdnow.Sample()
	if err != nil {
		t.Fatal(err)
	}
	customers, free, cents := map[string]bool{}, 0, int64(0)
	for i, r := range rows {
		customers[r.Customer] = true
		cents += r.Cents
		if r.Cents == 0 {
			free++
		}
		if r.Line != i+1 {
			t.Fatalf("row %d says it is line %d", i, r.Line)
		}
	}
	if len(rows) != 6919 || len(customers) != 2357 || free != 8 {
		t.Errorf("%d rows, %d customers, %d of zero dollars; want 6919, 2357, 8", len(rows), len(customers), free)
	}
	if want := int64(24409194); cents != want {
		t.Errorf("%d cents in all, want %d", cents, want)
	}
	first := cdnow.Row{Line: 1, Customer: "00004", Sample: "0001", Date: time.Date(1997, 1, 1, 0, 0, 0, 0, time.UTC), CDs: 2, Cents: 2933}
	if rows[0] != first {
		t.Errorf("first row %+v, want %+v", rows[0], first)
	}
}

func TestParseReadsTheWholeCohortsForm(t *testing.T) {
	rows, err := cdnow.Parse(strings.NewReader(" customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := cdnow.Row{Line: 2, Customer: "00001", Date: time.Date(1997, 1, 1, 0, 0, 0, 0, time.UTC), CDs: 1, Cents: 1177}
	if len(rows) != 1 || rows[0] != want {
		t.Errorf("got %+v, want one row %+v", rows, want)
	}
}

func TestParseNamesTheBadLine(t *testing.T) {
	const good = "00004 0001 19970101 2 29.33\n"
	for _, c := range []struct{ bad, want string }{
		{"00004 0001 19970101", `line 2: 3 columns, want 4 (customer, date, CDs, dollars) or 5 (with the number in the sample second)`},
		{"00004 0001 19970230 2 29.33", `line 2: "19970230" is no date like 19970131`},
		{"00004 0001 19970101 0 29.33", `line 2: "0" is no number of CDs of 1 or more`},
		{"00004 0001 19970101 2 29.3", `line 2: "29.3" is no amount like 29.33`},
		{"00004 0001 19970101 2 -1.00", `line 2: "-1.00" is no amount like 29.33`},
		{"00004 0001 19970101 2 99999999999999999999.00", `line 2: "99999999999999999999.00" is no amount like 29.33`},
		{"customer_id date number_of_cds dollar_value", `line 2: "date" is no date like 19970131`},
		{strings.Repeat("9", 70_000), `line 2: longer than any purchase can be`},
	} {
		_, err := cdnow.Parse(strings.NewReader(good + c.bad + "\n"))
		var at *cdnow.LineError
		if !errors.As(err, &at) || err.Error() != c.want {
			t.Errorf("%.40q: got %v, want %s", c.bad, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("00004 0001 19970101 2 29.33\r\n")
	f.Add(" customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := cdnow.Parse(strings.NewReader(text))
		if err != nil {
			var at *cdnow.LineError
			if !errors.As(err, &at) || at.Line < 1 {
				t.Fatalf("error without a line: %v", err)
			}
			return
		}
		for _, r := range rows {
			if r.Cents < 0 || r.CDs < 1 || r.Customer == "" || r.Line < 1 {
				t.Fatalf("accepted %+v", r)
			}
		}
	})
}
