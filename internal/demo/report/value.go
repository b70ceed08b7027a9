package report

import (
	"cmp"
	"slices"

	"github.com/senda-dev/senda/internal/lifetime"
	"github.com/senda-dev/senda/internal/money"
)

// tenths is into how many groups people are cut.
const tenths = 10

// Deciles orders customers by what the model expects them to spend in the hold-out,
// cuts them into tenths, the best first, and sets beside it what they spent.
// scores are those of customers, in their order.
func Deciles(file lifetime.File, customers []lifetime.Customer, scores []lifetime.Score, weeks float64, currency money.Currency) Value {
	v := Value{Model: file.Model, Weeks: weeks, Currency: currency}
	if file.Report != nil {
		v.Chosen = *file.Report
	}
	order := make([]int, len(customers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b].Value, scores[a].Value), cmp.Compare(customers[a].ID, customers[b].ID))
	})
	for t := range tenths {
		group := order[len(order)*t/tenths : len(order)*(t+1)/tenths]
		d := Decile{People: len(group)}
		for _, i := range group {
			d.Expected += scores[i].Value
			d.Spent += customers[i].HoldOutSpend
			d.Purchases += scores[i].Purchases
			d.Came += float64(customers[i].HoldOut)
			d.Alive += scores[i].Alive
			d.Repeats += float64(customers[i].Repeats)
		}
		v.Expected += d.Expected
		v.Spent += d.Spent
		v.ExpectedPurchases += d.Purchases
		v.CountedPurchases += d.Came
		if n := float64(len(group)); n > 0 {
			d.Expected, d.Spent, d.Purchases, d.Came, d.Alive, d.Repeats = d.Expected/n, d.Spent/n, d.Purchases/n, d.Came/n, d.Alive/n, d.Repeats/n
		}
		v.Deciles = append(v.Deciles, d)
	}
	return v
}
