package play_test

import (
	"testing"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/play"
)

func TestPaceLeavesRoomForEveryAct(t *testing.T) {
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	at := start.Add
	event := func(d time.Duration) play.Act { return play.Act{At: at(d), Event: &senda.Event{}} }
	enter := play.Act{At: start, Enters: true}
	const day, room = 24 * time.Hour, 10 * time.Second
	ten := play.Result{Lines: []play.Line{{At: start}, {At: at(2 * day)}, {At: at(10 * day)}}}
	for name, c := range map[string]struct {
		s    play.Script
		from int
		want senda.Pace
	}{
		"nothing happens: all of it in one room": {play.Script{Start: start, Acts: []play.Act{enter}, Marks: make([]play.Mark, 2)}, 0, 86400},
		"a pause of a day gets a room": {
			play.Script{Start: start, Acts: []play.Act{enter, event(36 * time.Hour)}, Marks: []play.Mark{{}, {Since: at(day), Until: at(2 * day)}, {}}}, 0, 8640,
		},
		"two acts in it get one each": {
			play.Script{Start: start, Acts: []play.Act{enter, event(25 * time.Hour), event(26 * time.Hour)}, Marks: []play.Mark{{}, {Since: at(day), Until: at(2 * day)}, {Since: at(day), Until: at(2 * day)}, {}}}, 0, 4320,
		},
		"behind the last of them it is fast again": {
			play.Script{Start: start, Acts: []play.Act{enter, event(25 * time.Hour), event(26 * time.Hour)}, Marks: []play.Mark{{}, {Since: at(day), Until: at(2 * day)}, {Since: at(day), Until: at(2 * day)}, {}}}, 3, 86400,
		},
		"a wait without a trace lies between its neighbours": {
			play.Script{Start: start, Acts: []play.Act{enter, event(day)}, Marks: make([]play.Mark, 3)}, 0, 17280,
		},
		"what comes behind the end needs no room": {
			play.Script{Start: start, Acts: []play.Act{enter, event(12 * day)}, Marks: make([]play.Mark, 3)}, 0, 86400,
		},
	} {
		if got := c.s.Pace(ten, c.from, room); got != c.want {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}
