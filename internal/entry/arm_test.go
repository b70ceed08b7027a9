package entry

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	senda "github.com/senda-dev/senda"
	"pgregory.net/rapid"
)

// The vectors were computed by another program, in another language.
func TestAssignmentsAreThePublishedOnes(t *testing.T) {
	text, err := os.ReadFile("testdata/assignments.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Kind   string
			Parts  []string
			Hash   string
			Bucket float64
		}
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Vectors) < 7 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	for _, v := range file.Vectors {
		if got := fmt.Sprintf("%016x", senda.Hash64(v.Parts...)); got != v.Hash {
			t.Errorf("%q: hash %s, want %s", v.Parts, got, v.Hash)
		}
		p := v.Parts
		var got float64
		switch v.Kind {
		case "holdout":
			got = HoldoutHash(p[0], p[1], senda.PersonID(p[3]))
		case "control":
			got = ControlHash(p[0], p[1], p[2], senda.PersonID(p[3]))
		case "split":
			got = SplitHash(p[0], p[1], p[2], senda.PersonID(p[3]))
		}
		if got != v.Bucket {
			t.Errorf("%s %q: %v, want %v", v.Kind, p, got, v.Bucket)
		}
	}
}

// Whoever is held out at a share is held out at every greater one, and the
// family's control group comes before the journey's hold-out.
func TestRaisingAShareKeepsWhoWasHeldOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := senda.PersonID(rapid.String().Draw(t, "person"))
		h, c := HoldoutHash("s", "j", p), ControlHash("s", "f", "1", p)
		small := rapid.Float64Range(0, 1).Draw(t, "small")
		large := rapid.Float64Range(small, 1).Draw(t, "large")
		if ArmOf(h, small, c, 0) == senda.HeldOut && ArmOf(h, large, c, 0) != senda.HeldOut {
			t.Fatal("treated at a greater share")
		}
		if ArmOf(h, 1, c, 1) != senda.Control || ArmOf(h, 0, c, 0) != senda.Treated {
			t.Fatal("whole and empty shares")
		}
	})
}

func TestWaysTakeTheirShares(t *testing.T) {
	shares := []int{5000, 2000, 3000}
	var took [3]int
	const people = 20000
	for i := range people {
		took[WayOf(SplitHash("s", "j", "tone", senda.PersonID(fmt.Sprint(i))), shares)]++
	}
	for i, s := range shares {
		// Five standard deviations of a binomial share.
		want, got := float64(people*s)/10000, float64(took[i])
		if d := got - want; d*d > 25*want*(1-float64(s)/10000) {
			t.Errorf("way %d took %v of %v", i, got, want)
		}
	}
	for _, c := range []struct {
		hash float64
		way  int
	}{{0, 0}, {0.4999, 0}, {0.5, 1}, {0.7, 2}, {0.999999, 2}} {
		if got := WayOf(c.hash, shares); got != c.way {
			t.Errorf("%v goes way %d, want %d", c.hash, got, c.way)
		}
	}
}
