package lifetime

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Report says how a model was come by.
type Report struct {
	Chosen           Kind        `json:"chosen"`
	Why              string      `json:"why"` // one sentence
	CalibrationFrom  Date        `json:"calibrationFrom"`
	CalibrationTo    Date        `json:"calibrationTo"`
	HoldOutTo        Date        `json:"holdOutTo"`
	Customers        int         `json:"customers"` // who bought in the calibration
	Repeaters        int         `json:"repeaters"` // of them, who bought again in it
	Repeats          int         `json:"repeats"`   // days on which they did
	HoldOutPurchases int         `json:"holdOutPurchases"`
	Candidates       []Candidate `json:"candidates"`
	Spend            SpendReport `json:"spend"`
	// Refitted says that the parameters kept were fitted once more, to calibration and
	// hold-out together; the figures of the report are of the calibration.
	Refitted bool `json:"refitted"`
}

// Candidate is one model of purchases that was tried on the calibration.
type Candidate struct {
	Kind          Kind    `json:"model"`
	Refused       string  `json:"refused,omitempty"` // why it cannot be fitted; all below is zero then
	Params        Params  `json:"parameters"`
	LogLikelihood float64 `json:"logLikelihood"`
	// Error is the root of the mean squared difference, over customers, of the
	// purchases foretold for the hold-out and those that happened.
	Error    float64 `json:"holdOutError"`
	Foretold float64 `json:"holdOutForetold"` // purchases of all, beside HoldOutPurchases
}

// SpendReport is what to know of the model of spend.
type SpendReport struct {
	LogLikelihood float64 `json:"logLikelihood"` // of minor units
	Customers     int     `json:"customers"`     // learnt from
	LeftOut       int     `json:"leftOut"`       // whose repeats cost nothing
	Correlation   float64 `json:"correlation"`   // of repeats and mean spend; the model holds it for 0
}

// Options of Choose.
type Options struct {
	Period
	// Refit fits the model that was chosen once more to calibration and hold-out together: its
	// parameters are then those to score with today. Without it they are the
	// calibration's, which the figures of the report judge.
	Refit bool
}

// Choose fits BG/NBD and MBG/NBD to the calibration, takes the one with the
// smaller hold-out error, and fits the spend. The likelihood cannot
// choose: two models that explain the past as well may foretell differently. A model that
// the data do not determine loses to one that they do; when they determine neither,
// or not the spend, the error is or wraps a *NotIdentifiableError.
func Choose(purchases []Purchase, o Options) (Model, Report, error) {
	if o.HoldOutEnd.IsZero() {
		return Model{}, Report{}, errors.New("a model is chosen by its error on a hold-out, and the period has none")
	}
	customers, err := Summarise(purchases, o.Period)
	if err != nil {
		return Model{}, Report{}, err
	}
	if len(customers) == 0 {
		return Model{}, Report{}, fmt.Errorf("nobody bought until the end of calibration on %v", o.date(o.CalibrationEnd))
	}
	summaries := summariesOf(customers)
	spend, err := FitSpend(summaries)
	if err != nil {
		return Model{}, Report{}, err
	}
	report := o.report(customers, spend)
	var refusals []error
	for _, k := range kinds {
		c, err := try(k, customers, summaries, spend.Spend, o.Weeks())
		if err != nil {
			var refused *NotIdentifiableError
			if !errors.As(err, &refused) {
				return Model{}, Report{}, err
			}
			refusals = append(refusals, err)
			c.Refused = refused.Reason
		}
		report.Candidates = append(report.Candidates, c)
	}
	if len(refusals) == len(kinds) {
		return Model{}, report, errors.Join(refusals...)
	}
	best := report.decide()
	m := Model{best.Kind, best.Params, spend.Spend}
	if o.Refit {
		if m, err = refit(best.Kind, purchases, o.Period); err != nil {
			return Model{}, report, fmt.Errorf("fitting calibration and hold-out together: %w", err)
		}
		report.Refitted = true
	}
	return m, report, nil
}

// try fits one model of purchases and foretells the hold-out with it.
func try(k Kind, customers []Customer, summaries []Summary, spend Spend, weeks float64) (Candidate, error) {
	fit, err := FitPurchases(k, summaries)
	if err != nil {
		return Candidate{Kind: k}, err
	}
	scorer, err := NewScorer(Model{k, fit.Params, spend}, weeks, 0)
	if err != nil {
		return Candidate{Kind: k}, err
	}
	scores := make([]Score, len(summaries))
	if err := scorer.Scores(scores, summaries, 1); err != nil {
		return Candidate{Kind: k}, err
	}
	c := Candidate{Kind: k, Params: fit.Params, LogLikelihood: fit.LogLikelihood}
	squares := 0.0
	for i, s := range scores {
		c.Foretold += s.Purchases
		d := s.Purchases - float64(customers[i].HoldOut)
		squares += d * d
	}
	c.Error = math.Sqrt(squares / float64(len(scores)))
	return c, nil
}

// decide takes the candidate with the smallest error, the simpler one in a tie, and
// says why. At least one was not refused.
func (r *Report) decide() Candidate {
	var best, other *Candidate
	for i := range r.Candidates {
		if c := &r.Candidates[i]; c.Refused == "" && (best == nil || c.Error < best.Error) {
			best = c
		}
	}
	for i := range r.Candidates {
		if c := &r.Candidates[i]; c != best {
			other = c
		}
	}
	r.Chosen = best.Kind
	switch {
	case other.Refused != "":
		r.Why = fmt.Sprintf("%v, because %v cannot be fitted: %s", best.Kind, other.Kind, other.Refused)
	case other.Error == best.Error:
		r.Why = fmt.Sprintf("%v, the simpler one: both models have the same hold-out error", best.Kind)
	default:
		r.Why = fmt.Sprintf("%v, because its hold-out error is the smaller one: %.4f against %.4f purchases a customer",
			best.Kind, best.Error, other.Error)
	}
	return *best
}

// refit fits everything to calibration and hold-out together.
func refit(k Kind, purchases []Purchase, p Period) (Model, error) {
	customers, err := Summarise(purchases, Period{CalibrationEnd: p.HoldOutEnd, Zone: p.Zone})
	if err != nil {
		return Model{}, err
	}
	summaries := summariesOf(customers)
	fit, err := FitPurchases(k, summaries)
	if err != nil {
		return Model{}, err
	}
	spend, err := FitSpend(summaries)
	if err != nil {
		return Model{}, err
	}
	return Model{k, fit.Params, spend.Spend}, nil
}

func summariesOf(customers []Customer) []Summary {
	out := make([]Summary, len(customers))
	for i, c := range customers {
		out[i] = c.Summary
	}
	return out
}

// report counts what was learnt from.
func (o Options) report(customers []Customer, spend SpendFit) Report {
	r := Report{
		CalibrationTo: o.date(o.CalibrationEnd), HoldOutTo: o.date(o.HoldOutEnd),
		Customers: len(customers),
		Spend:     SpendReport{spend.LogLikelihood, spend.Customers, spend.LeftOut, spend.Correlation},
	}
	first := customers[0].First
	for _, c := range customers {
		if c.First.Before(first) {
			first = c.First
		}
		if c.Repeats > 0 {
			r.Repeaters++
		}
		r.Repeats += c.Repeats
		r.HoldOutPurchases += c.HoldOut
	}
	r.CalibrationFrom = Date(first.Format(time.DateOnly))
	return r
}

// date returns the calendar day of t in the zone of the period.
func (p Period) date(t time.Time) Date {
	return Date(time.Unix(int64(p.day(t))*24*60*60, 0).UTC().Format(time.DateOnly))
}

// Date is a calendar day such as 1997-09-30.
type Date string

// UnmarshalText refuses what is no day of the calendar.
func (d *Date) UnmarshalText(text []byte) error {
	if _, err := time.Parse(time.DateOnly, string(text)); err != nil {
		return fmt.Errorf("%q is no date like 1997-09-30", text)
	}
	*d = Date(text)
	return nil
}

// String tells the report to a person, in some six lines.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Learnt from %v to %v: %d customers, %d of them came back, on %d days.\n",
		r.CalibrationFrom, r.CalibrationTo, r.Customers, r.Repeaters, r.Repeats)
	fmt.Fprintf(&b, "Held out until %v: %d purchases.\n", r.HoldOutTo, r.HoldOutPurchases)
	for _, c := range r.Candidates {
		if c.Refused != "" {
			fmt.Fprintf(&b, "  %-8v cannot be fitted: %s\n", c.Kind, c.Refused)
			continue
		}
		fmt.Fprintf(&b, "  %-8v foretold %.0f, error %.4f a customer, log-likelihood %.3f\n", c.Kind, c.Foretold, c.Error, c.LogLikelihood)
	}
	fmt.Fprintf(&b, "Chosen: %s.\n", r.Why)
	fmt.Fprintf(&b, "Spend learnt from %d customers, %d left out because all was free; correlation with the number of purchases %.2f.\n",
		r.Spend.Customers, r.Spend.LeftOut, r.Spend.Correlation)
	if r.Refitted {
		fmt.Fprintf(&b, "The parameters were fitted once more to everything until %v.\n", r.HoldOutTo)
	}
	return b.String()
}
