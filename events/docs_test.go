package events

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The page of events lists every kind as its contract has it.
func TestThePageListsTheKinds(t *testing.T) {
	text, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	want.WriteString("| kind | what it says | version | late after | from Senda |\n| --- | --- | --- | --- | --- |\n")
	set := defaults(t)
	for _, kind := range set.Kinds() {
		c, _ := set.Contract(kind)
		from := ""
		if c.Emitted {
			from = "yes"
		}
		fmt.Fprintf(&want, "| [`%s`](../events/contracts/%s.json) | %s | %d | %s | %s |\n", kind, kind, c.Title, c.Version, c.Lateness, from)
	}
	if !strings.Contains(string(text), want.String()) {
		t.Errorf("docs/events.md does not hold this table:\n%s", &want)
	}
}
