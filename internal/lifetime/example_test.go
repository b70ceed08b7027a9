package lifetime_test

import (
	"fmt"
	"time"

	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/lifetime"
)

// From purchases to what somebody is worth over the next year.
func Example() {
	rows, err := cdnow.Sample()
	if err != nil {
		fmt.Println(err)
		return
	}
	var purchases []lifetime.Purchase
	for _, r := range rows {
		purchases = append(purchases, lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents})
	}
	model, report, err := lifetime.Choose(purchases, lifetime.Options{Period: lifetime.Period{
		CalibrationEnd: time.Date(1997, 9, 30, 0, 0, 0, 0, time.UTC),
		HoldOutEnd:     time.Date(1998, 6, 30, 0, 0, 0, 0, time.UTC),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("chosen:", report.Chosen)
	// A year ahead, money discounted by 0.2 % a week, some 11 % a year.
	scorer, err := lifetime.NewScorer(model, 52, 0.002)
	if err != nil {
		fmt.Println(err)
		return
	}
	// Bought again twice, last in week 30 of 39, for 22.35 on average.
	score, err := scorer.Score(lifetime.Summary{Repeats: 2, Last: 30.43, Age: 38.86, MeanSpend: 2235})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("alive %.2f, purchases %.2f of %.0f cents, worth %.0f cents today\n",
		score.Alive, score.Purchases, score.Spend, score.Discounted)
	// Output:
	// chosen: mbg-nbd
	// alive 0.71, purchases 1.60 of 2466 cents, worth 3755 cents today
}
