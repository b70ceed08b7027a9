package consent_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/consent"
)

var day0 = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func at(days int) time.Time { return day0.AddDate(0, 0, days) }

// Two brands of one family belong to two companies, a third to another family.
var rules = consent.NewRules([]consent.Purpose{
	{Controller: "Vinos SL", Brand: "cellar", Family: "table", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true, Twice: true},
	{Controller: "Vinos SL", Brand: "cellar", Family: "table", Name: "news", Class: senda.Marketing, Consent: true},
	{Controller: "Vinos SL", Brand: "cellar", Family: "table", Name: "confirm", Class: senda.Service},
	{Controller: "Despensa SA", Brand: "pantry", Family: "table", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true},
	{Controller: "Otra SL", Brand: "garden", Family: "outside", Name: "offers", Class: senda.Marketing, Consent: true, Customer: true},
}, map[string][]string{
	"family-1": {"Vinos SL", "Despensa SA"},
	"short-1":  {"Vinos SL"},
})

func scope(brand, purpose string) senda.Scope {
	p, ok := rules.Purpose(brand, purpose)
	if !ok {
		panic("the test names no purpose")
	}
	return p.Scope()
}

func begin(h senda.ConsentHead) *consent.Draft {
	return consent.Begin(h, at(100), func() (string, error) { return "s-1", nil })
}

func done(t interface{ Fatal(...any) }, d *consent.Draft) senda.ConsentHead {
	h, _, _, err := d.Done()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func change(brand, purpose string, state senda.ConsentState, days int) consent.Change {
	return consent.Change{Scope: scope(brand, purpose), State: state, Time: at(days), Source: "form"}
}

func TestWhatStandsAndOnWhatItRests(t *testing.T) {
	granted := change("cellar", "offers", senda.ConsentGranted, 1)
	withdrawn := change("cellar", "offers", senda.ConsentWithdrawn, 1)
	imported := change("cellar", "offers", senda.ConsentGranted, 9)
	imported.Import = true
	family := change("cellar", "offers", senda.ConsentGranted, 1)
	family.Wording = "family-1"
	short := family
	short.Wording = "short-1"
	buy := func(d *consent.Draft, brand string, days int) {
		d.Purchase(rules.Brand(brand), consent.Change{Time: at(days), Source: "order"})
	}
	set := func(cs ...consent.Change) func(*consent.Draft) {
		return func(d *consent.Draft) {
			for _, c := range cs {
				d.Set(c)
			}
		}
	}
	for _, tc := range []struct {
		name           string
		do             func(*consent.Draft)
		brand, purpose string
		want           senda.Basis
		withdrawn      bool
	}{
		{"nothing is known", set(), "cellar", "offers", senda.BasisNone, false},
		{"granted", set(granted), "cellar", "offers", senda.BasisConsent, false},
		{"granted for another purpose", set(granted), "cellar", "news", senda.BasisNone, false},
		{"asked is not granted", set(change("cellar", "offers", senda.ConsentAsked, 1)), "cellar", "offers", senda.BasisNone, false},
		{"a withdrawal wins the tie", set(withdrawn, granted), "cellar", "offers", senda.BasisNone, true},
		{"a later grant counts", set(withdrawn, change("cellar", "offers", senda.ConsentGranted, 2)), "cellar", "offers", senda.BasisConsent, false},
		{"asking lifts no withdrawal", set(withdrawn, change("cellar", "offers", senda.ConsentAsked, 2)), "cellar", "offers", senda.BasisNone, true},
		{"an import lifts no withdrawal", set(withdrawn, imported), "cellar", "offers", senda.BasisNone, true},
		{"a withdrawal older than an import stands", set(imported, withdrawn), "cellar", "offers", senda.BasisNone, true},
		{"an import counts where nothing else is known", set(imported), "cellar", "offers", senda.BasisConsent, false},
		{"a wording that names everyone reaches the family", set(family), "pantry", "offers", senda.BasisConsent, false},
		{"one that does not reaches its brand only", set(short), "pantry", "offers", senda.BasisNone, false},
		{"no wording reaches another family", set(family), "garden", "offers", senda.BasisNone, false},
		{"a withdrawal from the sister stands against the family's wording", set(family, change("pantry", "offers", senda.ConsentWithdrawn, 0)), "pantry", "offers", senda.BasisNone, true},
		{"a purchase is the basis of similar products", func(d *consent.Draft) { buy(d, "cellar", 1) }, "cellar", "offers", senda.BasisCustomer, false},
		{"but not of a purpose that rests on consent only", func(d *consent.Draft) { buy(d, "cellar", 1) }, "cellar", "news", senda.BasisNone, false},
		{"nor of another brand", func(d *consent.Draft) { buy(d, "cellar", 1) }, "pantry", "offers", senda.BasisNone, false},
		{"a purchase lifts no withdrawal", func(d *consent.Draft) { d.Set(withdrawn); buy(d, "cellar", 5) }, "cellar", "offers", senda.BasisNone, true},
		{"asking takes no purchase away", func(d *consent.Draft) { buy(d, "cellar", 5); d.Set(change("cellar", "offers", senda.ConsentAsked, 6)) }, "cellar", "offers", senda.BasisCustomer, false},
		{"a pause is not for ever", func(d *consent.Draft) { d.Set(granted); d.PauseUntil(at(20)) }, "cellar", "offers", senda.BasisConsent, false},
		{"the erased rest on nothing", func(d *consent.Draft) { d.Set(granted); d.Erase() }, "cellar", "offers", senda.BasisNone, false},
		{"nothing changes the erased", func(d *consent.Draft) { d.Erase(); d.Set(granted); buy(d, "cellar", 1) }, "cellar", "offers", senda.BasisNone, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := begin(senda.ConsentHead{Person: "p-1"})
			tc.do(d)
			h := done(t, d)
			g := rules.Ground(&h, tc.brand, tc.purpose, at(30))
			if g.Basis != tc.want || g.Withdrawn != tc.withdrawn {
				t.Fatalf("basis %q, withdrawn %v; want %q, %v\n%+v", g.Basis, g.Withdrawn, tc.want, tc.withdrawn, h.Standings)
			}
		})
	}
}

func TestEachLevelOfWithdrawalReachesAsFarAsItSays(t *testing.T) {
	all := []struct{ brand, purpose string }{{"cellar", "offers"}, {"cellar", "news"}, {"pantry", "offers"}, {"garden", "offers"}}
	for _, tc := range []struct {
		level consent.Level
		left  []bool // of all, who still has a basis
	}{
		{consent.LevelTopic, []bool{false, true, true, true}},
		{consent.LevelBrand, []bool{false, false, true, true}},
		{consent.LevelFamily, []bool{false, false, false, true}},
		{consent.LevelEverything, []bool{false, false, false, false}},
		{consent.LevelLess, []bool{true, true, true, true}},
		{consent.LevelProfiling, []bool{true, true, true, true}},
		{consent.LevelPause, []bool{false, false, false, false}},
	} {
		t.Run(string(tc.level), func(t *testing.T) {
			d := begin(senda.ConsentHead{Person: "p-1"})
			for _, p := range all {
				d.Set(change(p.brand, p.purpose, senda.ConsentGranted, 1))
			}
			if err := d.Withdraw(rules, tc.level, "cellar", "offers", consent.Change{Time: at(2), Source: "page"}); err != nil {
				t.Fatal(err)
			}
			h := done(t, d)
			for i, p := range all {
				if got := rules.Ground(&h, p.brand, p.purpose, at(3)).Basis != senda.BasisNone; got != tc.left[i] {
					t.Errorf("%s/%s has a basis: %v", p.brand, p.purpose, got)
				}
			}
			if h.LessOften != (tc.level == consent.LevelLess) || h.Objected != (tc.level == consent.LevelProfiling) {
				t.Errorf("less often %v, objected %v", h.LessOften, h.Objected)
			}
			if g := rules.Ground(&h, "cellar", "offers", at(2).Add(consent.PauseFor)); tc.level == consent.LevelPause && g.Basis == senda.BasisNone {
				t.Error("the pause does not end")
			}
		})
	}
	t.Run("a purpose invented later is covered", func(t *testing.T) {
		d := begin(senda.ConsentHead{Person: "p-1"})
		if err := d.Withdraw(rules, consent.LevelBrand, "garden", "", consent.Change{Time: at(2)}); err != nil {
			t.Fatal(err)
		}
		d.Purchase(rules.Brand("garden"), consent.Change{Time: at(5)})
		h := done(t, d)
		if g := rules.Ground(&h, "garden", "offers", at(9)); !g.Withdrawn || g.Basis != senda.BasisNone {
			t.Fatalf("%+v", g)
		}
	})
	t.Run("what is not known is refused", func(t *testing.T) {
		for _, tc := range []struct {
			level          consent.Level
			brand, purpose string
		}{{consent.LevelBrand, "cave", ""}, {consent.LevelTopic, "cellar", "gossip"}, {"a bit", "cellar", "offers"}} {
			if err := begin(senda.ConsentHead{}).Withdraw(rules, tc.level, tc.brand, tc.purpose, consent.Change{}); senda.CodeOf(err) != senda.Invalid {
				t.Errorf("%+v: %v", tc, err)
			}
		}
	})
}

// act is one thing that an event says, drawn at random.
type act struct {
	name string
	do   func(*consent.Draft)
	// word is set for changes of one or more scopes.
	word consent.Change
}

func acts(t *rapid.T) []act {
	times := rapid.IntRange(0, 6)
	one := rapid.Custom(func(t *rapid.T) act {
		days := times.Draw(t, "day")
		brand := rapid.SampledFrom([]string{"cellar", "pantry"}).Draw(t, "brand")
		purpose := "offers"
		if brand == "cellar" {
			purpose = rapid.SampledFrom([]string{"offers", "news"}).Draw(t, "purpose")
		}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return act{name: fmt.Sprint("buy ", brand, days), do: func(d *consent.Draft) {
				d.Purchase(rules.Brand(brand), consent.Change{Time: at(days), Source: "order"})
			}}
		case 1:
			open := rapid.Bool().Draw(t, "open")
			return act{name: fmt.Sprint("care ", open, days), do: func(d *consent.Draft) { d.Care(open, at(days)) }}
		case 2:
			c := consent.Change{Time: at(days), State: rapid.SampledFrom([]senda.ConsentState{senda.ConsentWithdrawn, senda.ConsentObjected}).Draw(t, "state")}
			switch rapid.IntRange(0, 2).Draw(t, "width") {
			case 1:
				c.Scope.Controller = scope(brand, purpose).Controller
			case 2:
				c.Scope.Controller, c.Scope.Brand = scope(brand, purpose).Controller, brand
			}
			return act{name: fmt.Sprint(c.State, " all ", c.Scope, days), do: func(d *consent.Draft) { d.Set(c) }, word: c}
		default:
			c := change(brand, purpose, rapid.SampledFrom([]senda.ConsentState{
				senda.ConsentAsked, senda.ConsentGranted, senda.ConsentGranted, senda.ConsentWithdrawn, senda.ConsentObjected,
			}).Draw(t, "state"), days)
			c.Import = rapid.Bool().Draw(t, "import")
			c.Wording = rapid.SampledFrom([]string{"", "family-1", "short-1"}).Draw(t, "wording")
			c.Form = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "form")
			return act{name: fmt.Sprint(c.State, " ", brand, "/", purpose, " import=", c.Import, " ", days), do: func(d *consent.Draft) { d.Set(c) }, word: c}
		}
	})
	return rapid.SliceOfN(one, 0, 8).Draw(t, "acts")
}

func play(t *rapid.T, all []act) senda.ConsentHead {
	var h senda.ConsentHead
	for _, a := range all {
		d := begin(h)
		a.do(d)
		h = done(t, d)
	}
	return h
}

// Whatever the order in which the events arrive, and however often each does,
// the person stands in the same place.
func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := acts(t)
		want := play(t, all)
		other := rapid.Permutation(all).Draw(t, "permutation")
		for range rapid.IntRange(0, 3).Draw(t, "repeats") {
			if len(all) > 0 {
				other = append(other, rapid.SampledFrom(all).Draw(t, "again"))
			}
		}
		got := play(t, other)
		diff := cmp.Diff(want, got,
			cmpopts.IgnoreFields(senda.Standing{}, "Proof"),
			cmpopts.IgnoreFields(senda.ConsentHead{}, "Proofs", "LastProof", "Subject"))
		if diff != "" {
			t.Fatalf("%v\nand\n%v\n%s", names(all), names(other), diff)
		}
	})
}

func names(all []act) (out []string) {
	for _, a := range all {
		out = append(out, a.name)
	}
	return out
}

// Nobody may be mailed on the ground of consent unless their own latest word about
// it is yes, or they never said a word and an import did.
func TestConsentIsThePersonsLatestWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := acts(t)
		h := play(t, all)
		for _, p := range []consent.Purpose{{Brand: "cellar", Name: "news"}, {Brand: "garden", Name: "offers"}} {
			s := scope(p.Brand, p.Name)
			// The model reads the words as a person would, with no register.
			var yes, no, imported time.Time
			for _, a := range all {
				c := a.word
				mine := c.Scope == s || c.State != "" && c.Scope.Purpose == "" && (c.Scope.Controller == "" || c.Scope.Controller == s.Controller && (c.Scope.Brand == "" || c.Scope.Brand == s.Brand))
				switch {
				case !mine:
				case c.State == senda.ConsentWithdrawn || c.State == senda.ConsentObjected:
					no = maxTime(no, c.Time)
				case c.State == senda.ConsentGranted && c.Import:
					imported = maxTime(imported, c.Time)
				case c.State == senda.ConsentGranted:
					yes = maxTime(yes, c.Time)
				}
			}
			may := yes.After(no) || no.IsZero() && (!yes.IsZero() || !imported.IsZero())
			g := rules.Ground(&h, p.Brand, p.Name, at(50))
			if p.Brand == "cellar" && (g.Basis == senda.BasisConsent) != may {
				t.Fatalf("basis %q, but may be mailed: %v\n%v", g.Basis, may, names(all))
			}
		}
	})
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// The log of proofs is whole after any history, and a change of any word of any
// proof, a missing one or a cut end is found.
func TestTheLogOfProofsShowsWhatWasAltered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h senda.ConsentHead
		var log []senda.Proof
		for _, a := range acts(t) {
			d := begin(h)
			a.do(d)
			head, more, changed, err := d.Done()
			if err != nil {
				t.Fatal(err)
			}
			if !changed && len(more) > 0 {
				t.Fatal("something is proven and nothing changed")
			}
			h, log = head, append(log, more...)
		}
		if err := consent.Verify(log, h.LastProof); err != nil {
			t.Fatal(err)
		}
		if len(log) != h.Proofs {
			t.Fatalf("%d proofs, the head says %d", len(log), h.Proofs)
		}
		if len(log) == 0 {
			return
		}
		i := rapid.IntRange(0, len(log)-1).Draw(t, "which")
		bad := slices.Clone(log)
		switch rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			bad[i].State += "x"
		case 1:
			bad[i].Time = bad[i].Time.Add(time.Second)
		case 2:
			bad = slices.Delete(bad, i, i+1)
		case 3:
			bad[i].Wording = "another"
			bad[i].Hash = consent.Hash(bad[i])
			if i == len(bad)-1 {
				bad[i].Hash = log[i].Hash
			}
		case 4:
			bad[i].Evidence = "x"
		}
		if consent.Verify(bad, h.LastProof) == nil {
			t.Fatal("the alteration is not found")
		}
	})
}

func TestTheDoubleOptInGivesTheSameAnswerTwice(t *testing.T) {
	s := scope("cellar", "offers")
	ask := change("cellar", "offers", senda.ConsentAsked, 0)
	d := begin(senda.ConsentHead{Person: "p-1"})
	d.Set(ask)
	asked := done(t, d)
	if rules.Ground(&asked, "cellar", "offers", at(1)).Basis != senda.BasisNone {
		t.Fatal("asked is taken for granted")
	}
	// press is the button of the link that belongs to an asking.
	press := func(h senda.ConsentHead, asked time.Time, days int) (senda.ConsentHead, consent.Answer) {
		a, pressed := consent.Look(&h, s, asked, at(days))
		d := begin(h)
		if a == consent.AnswerGranted && !pressed {
			c := change("cellar", "offers", senda.ConsentGranted, days)
			c.Confirmed = at(days)
			d.Set(c)
		}
		return done(t, d), a
	}
	t.Run("granted, again, and again when the link is old", func(t *testing.T) {
		h := asked
		for _, days := range []int{1, 2, 30} {
			var a consent.Answer
			if h, a = press(h, ask.Time, days); a != consent.AnswerGranted {
				t.Fatalf("day %d: %s", days, a)
			}
		}
		if st := h.Standing(s); !st.Confirmed.Equal(at(1)) || !st.Time.Equal(at(1)) || h.Proofs != 2 {
			t.Fatalf("%+v, %d proofs", st, h.Proofs)
		}
	})
	t.Run("expired, and again", func(t *testing.T) {
		for _, days := range []int{7, 8} {
			if h, a := press(asked, ask.Time, days); a != consent.AnswerExpired || h.Proofs != asked.Proofs {
				t.Fatalf("day %d: %s", days, a)
			}
		}
	})
	t.Run("an old link lifts no later withdrawal, not even a wide one", func(t *testing.T) {
		h, _ := press(asked, ask.Time, 1)
		d := begin(h)
		if err := d.Withdraw(rules, consent.LevelEverything, "", "", consent.Change{Time: at(2)}); err != nil {
			t.Fatal(err)
		}
		h, a := press(done(t, d), ask.Time, 3)
		if a != consent.AnswerWithdrawn || !rules.Ground(&h, "cellar", "offers", at(4)).Withdrawn {
			t.Fatal(a)
		}
	})
	t.Run("asking anew after a withdrawal and confirming lifts it", func(t *testing.T) {
		d := begin(asked)
		d.Set(change("cellar", "offers", senda.ConsentWithdrawn, 2))
		d.Set(change("cellar", "offers", senda.ConsentAsked, 10))
		h, a := press(done(t, d), at(10), 11)
		if a != consent.AnswerGranted || rules.Ground(&h, "cellar", "offers", at(12)).Basis != senda.BasisConsent {
			t.Fatal(a)
		}
	})
	t.Run("a hundred askings open one", func(t *testing.T) {
		h, opened := senda.ConsentHead{}, 0
		for i := range 100 {
			c := ask
			c.Time = day0.Add(time.Duration(i) * time.Hour)
			if consent.Opens(h.Standing(s), c.Time) {
				opened++
			}
			d := begin(h)
			d.Set(c)
			h = done(t, d)
		}
		if opened != 1 {
			t.Fatalf("%d double opt-ins are open", opened)
		}
	})
	t.Run("the erased", func(t *testing.T) {
		d := begin(asked)
		d.Erase()
		if _, a := press(done(t, d), ask.Time, 1); a != consent.AnswerErased {
			t.Fatal(a)
		}
	})
}

func TestErasureKeepsTheProofsAndDropsTheLink(t *testing.T) {
	d := begin(senda.ConsentHead{Person: "p-1"})
	d.Set(change("cellar", "offers", senda.ConsentGranted, 1))
	h, log, _, err := d.Done()
	if err != nil {
		t.Fatal(err)
	}
	d = begin(h)
	d.Erase()
	got := done(t, d)
	if diff := cmp.Diff(senda.ConsentHead{Person: "p-1", Erased: true}, got); diff != "" {
		t.Fatal(diff)
	}
	if err := consent.Verify(log, ""); err != nil || log[0].Subject != "s-1" {
		t.Fatalf("the log is not whole without its person: %v", err)
	}
}

// When two people turn out to be one, nobody is mailed who said no in either life.
func TestMergingKeepsEveryNo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := play(t, acts(t)), play(t, acts(t))
		d := begin(a)
		d.Merge(b, consent.Change{Time: at(40), Source: "merge", Evidence: "s-2 1 abc"})
		got, log, changed, err := d.Done()
		// However much moves, one proof says where the other proofs are: a merge fits
		// one transaction.
		if err != nil || len(log) > 1 || changed && len(b.Standings) > len(a.Standings) && (len(log) != 1 || log[0].Evidence != "s-2 1 abc") {
			t.Fatalf("%d proofs, %v", len(log), err)
		}
		for _, p := range []struct{ brand, purpose string }{{"cellar", "offers"}, {"cellar", "news"}, {"pantry", "offers"}} {
			ga, gb := rules.Ground(&a, p.brand, p.purpose, at(50)), rules.Ground(&b, p.brand, p.purpose, at(50))
			g := rules.Ground(&got, p.brand, p.purpose, at(50))
			if no := ga.Withdrawn || gb.Withdrawn; no != g.Withdrawn {
				t.Fatalf("%s/%s: withdrawn %v and %v, after merging %v", p.brand, p.purpose, ga.Withdrawn, gb.Withdrawn, g.Withdrawn)
			}
			// A consent that reached from a sister may fall with a withdrawal from her.
			sisters := ga.Through != "" || gb.Through != ""
			if some := ga.Basis != "" || gb.Basis != ""; !sisters && !g.Withdrawn && some != (g.Basis != "") {
				t.Fatalf("%s/%s: basis %q and %q, after merging %q", p.brand, p.purpose, ga.Basis, gb.Basis, g.Basis)
			}
		}
		again := begin(got)
		again.Merge(b, consent.Change{Time: at(40), Source: "merge", Evidence: "s-2 1 abc"})
		if diff := cmp.Diff(got, done(t, again)); diff != "" {
			t.Fatalf("merging twice is not merging once:\n%s", diff)
		}
	})
}

func TestBouncesAndComplaints(t *testing.T) {
	soft := func(days ...int) (s senda.Suppression) {
		for _, n := range days {
			s = consent.Bounced(s, consent.BounceSoft, at(n))
		}
		return s
	}
	for _, tc := range []struct {
		name string
		s    senda.Suppression
		dead bool
	}{
		{"permanent", consent.Bounced(senda.Suppression{}, consent.ClassifyBounce("Permanent", "NoEmail"), day0), true},
		{"on the account's list", consent.Bounced(senda.Suppression{}, consent.ClassifyBounce("Permanent", "OnAccountSuppressionList"), day0), true},
		{"too large", consent.Bounced(senda.Suppression{}, consent.ClassifyBounce("Transient", "MessageTooLarge"), day0), false},
		{"undetermined is as transient", consent.Bounced(senda.Suppression{}, consent.ClassifyBounce("Undetermined", "Undetermined"), day0), false},
		{"five in one bad week", soft(0, 1, 2, 3, 4), false},
		{"four in three weeks", soft(0, 7, 14, 21), false},
		{"five over a fortnight", soft(0, 3, 6, 9, 14), true},
		{"a delivery between ends the row", consent.Bounced(consent.Delivered(soft(0, 3, 6, 9), at(10)), consent.BounceSoft, at(14)), false},
	} {
		if tc.s.Dead != tc.dead {
			t.Errorf("%s: dead %v", tc.name, tc.s.Dead)
		}
	}
	if consent.BounceListed.Counts() || consent.BounceOurs.Counts() || !consent.BounceHard.Counts() {
		t.Error("the rates count the wrong bounces")
	}
	s := consent.Complained(senda.Suppression{}, "abuse", "Vinos SL", day0)
	s = consent.Complained(s, "abuse", "Vinos SL", at(1))
	s = consent.Complained(s, "not-spam", "Otra SL", at(1))
	if len(s.Complained) != 1 || s.Complained[0] != "Vinos SL" {
		t.Errorf("complained %v", s.Complained)
	}
}
