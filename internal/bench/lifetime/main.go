// Command lifetime prints the figures G4 and G5: fitting BG/NBD to the CDNOW
// sample, scoring many people and one, and how exact scores are; beside
// PyPI lifetimes when it is there. scripts/bench-lifetime.sh runs it.
package main

import (
	"bytes"
	_ "embed" // the peer's half of the measurement, and the exact values
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/senda-dev/senda/data/cdnow"
	"github.com/senda-dev/senda/internal/lifetime"
)

//go:embed peer.py
var peerProgram []byte

func main() {
	peer := flag.String("peer", "", "Python that has lifetimes 0.11.3; without it ours is measured alone")
	cohort := flag.String("cohort", "", "file of the whole CDNOW cohort, may be .gz, to fit as well")
	golden := flag.String("golden", "internal/lifetime/testdata/golden.csv", "scores by mpmath")
	flag.Parse()
	if err := run(*peer, *cohort, *golden); err != nil {
		fmt.Fprintln(os.Stderr, "bench lifetime:", err)
		os.Exit(1)
	}
}

// horizon is that of the hold-out of the literature.
const horizon = 39 // weeks

func run(peer, cohort, golden string) error {
	rows, err := cdnow.Sample()
	if err != nil {
		return err
	}
	given, err := calibration(rows)
	if err != nil {
		return err
	}
	ours, err := measure(given)
	if err != nil {
		return err
	}
	worst, cases, err := exactness(golden)
	if err != nil {
		return err
	}
	theirs, err := measurePeer(peer, given)
	if err != nil {
		// The figures of ours stand without the peer's.
		fmt.Fprintln(os.Stderr, "bench lifetime: the peer could not be measured:", err)
	}
	fmt.Printf("# %s, GOMAXPROCS %d; peer: %s\n", runtime.Version(), runtime.GOMAXPROCS(0), theirs.Versions)
	fmt.Printf("# fitted %+v, log-likelihood %.6f\n", ours.fit.Params, ours.fit.LogLikelihood)
	figure("G4", ours.fitSeconds*1e3, "ms fit", theirs.Fit*1e3, theirs.Fit/ours.fitSeconds)
	figure("G5", ours.plainPerSecond/1e6, "M scores/s, purchases and value", theirs.ScoresPerSecond/1e6, ours.plainPerSecond/max(theirs.ScoresPerSecond, 1))
	figure("G5", ours.perSecond/1e6, "M scores/s, discounted too", 0, 0)
	figure("G5", ours.one*1e6, "us one score, purchases and value", theirs.One*1e6, theirs.One/ours.one)
	figure("G5", ours.oneDiscounted*1e6, "us one score, discounted too", 0, 0)
	fmt.Printf("G5 %.1e largest relative error of %d values of mpmath\n", worst, cases)
	if cohort == "" {
		return nil
	}
	return measureCohort(cohort)
}

// figure prints one line; peer 0 is none.
func figure(name string, ours float64, unit string, peer, ratio float64) {
	if peer == 0 {
		fmt.Printf("%s %.3g %s peer none\n", name, ours, unit)
		return
	}
	fmt.Printf("%s %.3g %s peer %.3g ratio %.3g\n", name, ours, unit, peer, ratio)
}

func calibration(rows []cdnow.Row) ([]lifetime.Summary, error) {
	purchases := make([]lifetime.Purchase, len(rows))
	for i, r := range rows {
		purchases[i] = lifetime.Purchase{Customer: r.Customer, At: r.Date, Amount: r.Cents}
	}
	customers, err := lifetime.Summarise(purchases, lifetime.Period{CalibrationEnd: time.Date(1997, 9, 30, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, err
	}
	out := make([]lifetime.Summary, len(customers))
	for i, c := range customers {
		out[i] = c.Summary
	}
	return out, nil
}

// figures of ours; times in seconds.
type figures struct {
	fit                       lifetime.PurchaseFit
	fitSeconds                float64
	plainPerSecond, perSecond float64
	one, oneDiscounted        float64
}

func measure(given []lifetime.Summary) (f figures, err error) {
	f.fitSeconds = best(50, func() { f.fit, err = lifetime.FitPurchases(lifetime.BGNBD, given) })
	if err != nil {
		return f, err
	}
	spend, err := lifetime.FitSpend(given)
	if err != nil {
		return f, err
	}
	model := lifetime.Model{Kind: lifetime.BGNBD, Purchases: f.fit.Params, Spend: spend.Spend}
	if f.plainPerSecond, f.one, err = measureScores(model, given, 0); err != nil {
		return f, err
	}
	f.perSecond, f.oneDiscounted, err = measureScores(model, given, 0.002)
	return f, err
}

// measureScores returns scores a second of a batch on two workers, and the
// seconds of one score without memory, on average over the sample.
func measureScores(m lifetime.Model, given []lifetime.Summary, rate float64) (perSecond, one float64, err error) {
	s, err := lifetime.NewScorer(m, horizon, rate)
	if err != nil {
		return 0, 0, err
	}
	many := make([]lifetime.Summary, 0, 2<<20)
	for len(many)+len(given) <= cap(many) {
		many = append(many, given...)
	}
	dst := make([]lifetime.Score, len(many))
	batch := best(25, func() { err = s.Scores(dst, many, 2) })
	if err != nil {
		return 0, 0, err
	}
	alone := best(20, func() {
		for i, h := range given {
			if dst[i], err = s.Score(h); err != nil {
				return
			}
		}
	})
	return float64(len(many)) / batch, alone / float64(len(given)), err
}

// best returns the shortest time of f in seconds: what the machine does
// beside only ever adds.
func best(runs int, f func()) float64 {
	least := time.Duration(1<<63 - 1)
	for range runs {
		start := time.Now()
		f()
		least = min(least, time.Since(start))
	}
	return least.Seconds()
}

// peerFigures are what peer.py prints; times in seconds.
type peerFigures struct {
	Versions        string  `json:"versions"`
	Fit             float64 `json:"fit"`
	ScoresPerSecond float64 `json:"scoresPerSecond"`
	One             float64 `json:"one"`
}

func measurePeer(python string, given []lifetime.Summary) (peerFigures, error) {
	none := peerFigures{Versions: "none"}
	if python == "" {
		return none, nil
	}
	dir, err := os.MkdirTemp("", "bench-lifetime")
	if err != nil {
		return none, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system clears its temporary files too
	var text bytes.Buffer
	for _, s := range given {
		fmt.Fprintln(&text, s.Repeats, s.Last, s.Age)
	}
	program, data := filepath.Join(dir, "peer.py"), filepath.Join(dir, "histories.txt")
	if err := os.WriteFile(program, peerProgram, 0o600); err != nil {
		return none, err
	}
	if err := os.WriteFile(data, text.Bytes(), 0o600); err != nil {
		return none, err
	}
	var complaint bytes.Buffer
	cmd := exec.Command(python, program, data)
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return none, fmt.Errorf("%w\n%s", err, complaint.Bytes())
	}
	var f peerFigures
	if err := json.Unmarshal(out, &f); err != nil {
		return none, fmt.Errorf("%w in %q", err, out)
	}
	return f, nil
}

// exactness returns the largest relative error of the values in golden.csv,
// whose columns its first line names, and their number.
func exactness(path string) (worst float64, values int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return 0, 0, err
	}
	for _, row := range rows[1:] {
		var kind lifetime.Kind
		if err := kind.UnmarshalText([]byte(row[0])); err != nil {
			return 0, 0, err
		}
		var v [13]float64
		for i := 1; i < len(v); i++ {
			if v[i], err = strconv.ParseFloat(row[i], 64); err != nil {
				return 0, 0, err
			}
		}
		// Spend is 1 for everybody, so that Discounted counts purchases.
		s, err := lifetime.NewScorer(lifetime.Model{
			Kind: kind, Purchases: lifetime.Params{R: v[1], Alpha: v[2], A: v[3], B: v[4]}, Spend: lifetime.Spend{P: 1, Q: 2, V: 1},
		}, v[8], v[9])
		if err != nil {
			return 0, 0, err
		}
		got, err := s.Score(lifetime.Summary{Repeats: int(v[5]), Last: v[6], Age: v[7], MeanSpend: 1})
		if err != nil {
			return 0, 0, err
		}
		for i, value := range [...]float64{got.Alive, got.Purchases, got.Discounted} {
			off := value/v[10+i] - 1
			worst = max(worst, off, -off)
			values++
		}
	}
	return worst, values, nil
}
