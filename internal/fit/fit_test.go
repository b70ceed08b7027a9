package fit_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/fit"
	"github.com/senda-dev/senda/internal/lifetime"
)

// The model in the repository is the one that the sample makes; write it again with
//
//	UPDATE=1 go test ./internal/fit
func TestTheModelOfTheRepositoryIsThatOfTheSample(t *testing.T) {
	const file = "../../journeys/models/customer-value.json"
	bought, err := fit.Sample()
	if err != nil {
		t.Fatal(err)
	}
	f, err := fit.Fit(bought, fit.Options{Period: fit.SamplePeriod})
	if err != nil {
		t.Fatal(err)
	}
	if f.Report.Chosen != lifetime.MBGNBD || len(f.Report.Candidates) != 2 || f.Report.Candidates[1].Error >= f.Report.Candidates[0].Error {
		t.Errorf("chosen %v of %+v", f.Report.Chosen, f.Report.Candidates)
	}
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Platforms may differ in the last digits of a logarithm.
	k, err := lifetime.Decode(kept)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, a, b float64) {
		if d := a/b - 1; d > 1e-6 || d < -1e-6 {
			t.Errorf("%s is %g in the file, %g when fitted", what, a, b)
		}
	}
	near("r", k.Model.Purchases.R, f.Model.Purchases.R)
	near("alpha", k.Model.Purchases.Alpha, f.Model.Purchases.Alpha)
	near("a", k.Model.Purchases.A, f.Model.Purchases.A)
	near("b", k.Model.Purchases.B, f.Model.Purchases.B)
	near("v", k.Model.Spend.V, f.Model.Spend.V)
}

// The same purchases told as events make the same model.
func TestEventsMakeTheModelOfTheirPurchases(t *testing.T) {
	bought, err := fit.Sample()
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	for i, b := range bought {
		fmt.Fprintf(&file, `{"source":"shop","id":"o-%d","kind":"order.completed","time":%q,"person":{"customer":%q},"data":{"order":{"id":"o-%d","currency":"USD","total":%d.%02d}}}`+"\n",
			i, b.At.Add(12*time.Hour).Format(time.RFC3339), b.Customer, i, b.Amount/100, b.Amount%100)
		if i%1000 == 0 {
			fmt.Fprintf(&file, `{"source":"shop","id":"b-%d","kind":"basket.changed","time":%q,"person":{"customer":%q}}`+"\n\n", i, b.At.Format(time.RFC3339), b.Customer)
			fmt.Fprintf(&file, `{"source":"shop","id":"y-%d","kind":"order.completed","time":%q,"person":{"customer":%q},"data":{"order":{"currency":"JPY","total":7}}}`+"\n", i, b.At.Format(time.RFC3339), b.Customer)
		}
	}
	again, _, _ := strings.Cut(file.String(), "\n")
	file.WriteString(again + "\n")
	got, err := fit.Events(strings.NewReader(file.String()), fit.Options{Currency: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Purchases) != len(bought) || got.Others != 7 || got.Foreign != 7 || got.Repeated != 1 {
		t.Errorf("%d purchases, %d others, %d foreign, %d repeated", len(got.Purchases), got.Others, got.Foreign, got.Repeated)
	}
	want, err := fit.Fit(bought, fit.Options{Period: fit.SamplePeriod, Refit: true})
	if err != nil {
		t.Fatal(err)
	}
	f, err := fit.Fit(got.Purchases, fit.Options{Period: fit.SamplePeriod, Refit: true})
	if err != nil || f.Model != want.Model || !f.Report.Refitted {
		t.Errorf("%v\n got %+v\nwant %+v", err, f.Model, want.Model)
	}
}

// Without a period the first half of the days is learnt from.
func TestThePeriodIsHalved(t *testing.T) {
	bought, err := fit.Sample()
	if err != nil {
		t.Fatal(err)
	}
	f, err := fit.Fit(bought, fit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := f.Report; r.CalibrationTo != "1997-09-30" || r.HoldOutTo != "1998-06-30" {
		t.Errorf("calibration to %s, hold-out to %s", r.CalibrationTo, r.HoldOutTo)
	}
}

func TestBadFilesAreRefusedWithTheirPlace(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"no JSON":         {"\n{\"a\"\n", "line 2"},
		"a line too long": {strings.Repeat("x", 100<<10), "line 1"},
	} {
		_, err := fit.Events(strings.NewReader(tc.text), fit.Options{Currency: "EUR"})
		if senda.CodeOf(err) != senda.Invalid || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fit.Fit(nil, fit.Options{}); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("nothing: %v", err)
	}
	few := []lifetime.Purchase{{Customer: "a", At: time.Unix(0, 0), Amount: 1}, {Customer: "b", At: time.Unix(1e7, 0), Amount: 1}}
	if _, err := fit.Fit(few, fit.Options{}); senda.CodeOf(err) != senda.Invalid {
		t.Errorf("two purchases: %v", err)
	}
}
