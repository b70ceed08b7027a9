package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/lifetime"
)

// published are the parameters of lifetimes 0.11.3 for the whole cohort, and
// their log-likelihood.
var (
	published              = lifetime.Params{R: 0.251624, Alpha: 4.788945, A: 0.723433, B: 2.161087}
	publishedLogLikelihood = -95368.4439
)

// measureCohort fits the whole cohort of 23,570 customers, which is not in
// the repository, and says how far from lifetimes the fit is.
func measureCohort(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	var text io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if text, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	rows, err := cdnow.Parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	given, err := calibration(rows)
	if err != nil {
		return err
	}
	var fit lifetime.PurchaseFit
	seconds := best(10, func() { fit, err = lifetime.FitPurchases(lifetime.BGNBD, given) })
	if err != nil {
		return err
	}
	p := fit.Params
	off := max(math.Abs(p.R-published.R), math.Abs(p.Alpha-published.Alpha), math.Abs(p.A-published.A), math.Abs(p.B-published.B))
	fmt.Printf("G4 %.3g ms fit of the whole cohort, %d customers: %+v, at most %.1e from lifetimes; log-likelihood %.4f, lifetimes %.4f\n",
		seconds*1e3, len(given), p, off, fit.LogLikelihood, publishedLogLikelihood)
	return nil
}
