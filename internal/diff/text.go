package diff

import (
	"fmt"
	"io"
	"strings"

	senda "github.com/senda-dev/senda"
)

// Write tells the report to a reader at a terminal or of a pull request.
func (r Report) Write(w io.Writer) {
	var same []string
	for _, j := range r.Journeys {
		if j.Fate == Same && len(j.Warnings) == 0 {
			same = append(same, j.Name)
			continue
		}
		j.write(w)
	}
	if len(same) > 0 {
		fmt.Fprintf(w, "same      %s\n", strings.Join(same, ", "))
	}
	r.resources(w)
	if r.Empty() {
		fmt.Fprintln(w, "nothing changes")
	}
}

func (j Journey) write(w io.Writer) {
	fmt.Fprintf(w, "%-9s %s  %s\n", j.Fate, j.Name, j.states())
	for _, c := range j.Changes {
		sign := map[string]string{added: "+", removed: "-"}[c.How]
		if sign == "" {
			sign = "~"
		}
		what := ""
		if c.Name != "" {
			what = c.What + " " + c.Name + ": "
		}
		fmt.Fprintf(w, "  %s %s%s\n", sign, what, c.Say)
	}
	for _, in := range j.Inside {
		fmt.Fprintf(w, "  = %s inside on %s %s\n", people(in.People, in.More), in.Bundle[:min(12, len(in.Bundle))], j.stay())
	}
	for _, text := range j.Warnings {
		fmt.Fprintf(w, "  ! %s\n", text)
	}
}

func (j Journey) states() string {
	switch {
	case j.Before == "":
		return string(j.After)
	case j.Before != j.After:
		return fmt.Sprintf("%s instead of %s", j.After, j.Before)
	}
	return "stays " + string(j.After)
}

// stay says what becomes of those inside.
func (j Journey) stay() string {
	if j.After == senda.StateStopped {
		return "leave at their next step"
	}
	if j.Fate == Same || j.Fate == Restated {
		return "go on"
	}
	return "finish on it"
}

func (r Report) resources(w io.Writer) {
	same := 0
	for _, s := range r.Stateful {
		name := stateful[s.Type].word + " " + s.Name
		switch s.Fate {
		case New:
			fmt.Fprintf(w, "  + %s\n", name)
		case Removed:
			fmt.Fprintf(w, "  - %s: %s\n", name, s.rest())
		case Changed:
			fmt.Fprintf(w, "  ~ %s: %s\n", name, s.how())
		default:
			same++
		}
	}
	if same > 0 {
		fmt.Fprintf(w, "what keeps data and stays as it is: %s\n", plural(same, "resource", "resources"))
	}
}

func (s Resource) how() string {
	text := strings.Join(s.Properties, ", ") + " changed in place"
	if s.Replaced {
		text = "a new one takes its place"
		if len(s.Properties) > 0 {
			text += ", since " + strings.Join(s.Properties, ", ") + " changed"
		}
		text += "; the old one " + s.rest()
	}
	return text
}

func (s Resource) rest() string {
	if s.Kept {
		return "is left in the account with all that it holds"
	}
	return "is DELETED with all that it holds"
}
