package demo

import (
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/demo/report"
	"github.com/senda-dev/senda/internal/fit"
	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
	"github.com/senda-dev/senda/internal/score"
)

// model is the name of the model that the journeys score with.
const model = "customer-value"

// currency is that of the sample.
const currency money.Currency = "USD"

// The days of the demo. The model learns until taught; to choose between the two
// models that there are, it tells those of the last three months from the six
// before. Nobody enters from closing on, so that the 30 days of every goal lie
// within the history.
var (
	begins  = day(1997, time.January, 1)
	chosen  = day(1997, time.June, 30)
	taught  = day(1997, time.September, 30)
	opening = day(1997, time.October, 1)
	closing = day(1998, time.June, 1)
	ends    = day(1998, time.June, 30)
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// learned is what nine months teach.
type learned struct {
	file   lifetime.File
	models *score.Models
	value  report.Value
	// before is what is expected of a customer until the end of the history, in
	// minor units, by the number in the sample.
	before map[string]float64
}

// learn fits the value model to the first nine months.
func learn(rows []cdnow.Row) (learned, error) {
	purchases := make([]lifetime.Purchase, len(rows))
	for i, r := range rows {
		purchases[i] = lifetime.Purchase{Customer: r.Sample, At: r.Date, Amount: r.Cents}
	}
	file, err := fit.Fit(purchases, fit.Options{Period: lifetime.Period{CalibrationEnd: chosen, HoldOutEnd: taught}, Refit: true, Currency: currency})
	if err != nil {
		return learned{}, err
	}
	out := learned{file: file, before: map[string]float64{}}
	if out.models, err = score.NewModels(map[string]lifetime.File{model: file}); err != nil {
		return out, err
	}
	period := lifetime.Period{CalibrationEnd: taught, HoldOutEnd: ends}
	customers, err := lifetime.Summarise(purchases, period)
	if err != nil {
		return out, senda.Wrap(senda.Internal, "summarise the sample", err)
	}
	scorer, err := lifetime.NewScorer(file.Model, period.Weeks(), 0)
	if err != nil {
		return out, senda.Wrap(senda.Internal, "prepare the model", err)
	}
	scores := make([]lifetime.Score, len(customers))
	summaries := make([]lifetime.Summary, len(customers))
	for i, c := range customers {
		summaries[i] = c.Summary
	}
	if err := scorer.Scores(scores, summaries, 1); err != nil {
		return out, senda.Wrap(senda.Internal, "score the sample", err)
	}
	for i, c := range customers {
		out.before[c.ID] = scores[i].Value
	}
	out.value = report.Deciles(file, customers, scores, period.Weeks(), currency)
	return out, nil
}
