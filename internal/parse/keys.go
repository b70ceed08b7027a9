package parse

import "github.com/senda-dev/senda/internal/journey"

// HeadKeys are the keys of a journey, in the order in which they are written.
func HeadKeys() []string {
	return []string{
		"journey", "note", "owner", "state", "runs", "brand", "purpose", "priority",
		"enter", "exit", "holdout", "why-no-holdout", "goal", "steps",
	}
}

// EnterKeys are the keys of enter.
func EnterKeys() []string {
	return []string{"event", "if", "each", "audience", "every", "once", "again", "meanwhile"}
}

// ExitKeys are the keys of an element of exit.
func ExitKeys() []string { return []string{"event", "if", "reason"} }

// GoalKeys are the keys of goal.
func GoalKeys() []string { return []string{"event", "if", "value", "within"} }

// ArmKeys are the keys of an element of branch; WayKeys of one of ways.
func ArmKeys() []string { return []string{"if", "then", "otherwise"} }

// WayKeys are the keys of an element of ways.
func WayKeys() []string { return []string{"way", "share", "then"} }

// PartKeys are the keys of a part.
func PartKeys() []string { return []string{"part", "note", "steps", "gives"} }

// StepKeys are the keys of a step of a kind, the action first.
func StepKeys(k journey.Kind) []string {
	own := map[journey.Kind][]string{
		journey.KindWait:    {"wait", "if"},
		journey.KindAwait:   {"await", "if", "for", "then", "otherwise"},
		journey.KindIf:      {"if", "then", "otherwise"},
		journey.KindBranch:  {"branch"},
		journey.KindSplit:   {"split", "if", "ways"},
		journey.KindScore:   {"score", "if"},
		journey.KindOffer:   {"offer", "from", "if"},
		journey.KindEmail:   {"email", "purpose", "brand", "window", "expires", "if"},
		journey.KindSet:     {"set", "to", "if"},
		journey.KindEmit:    {"emit", "if"},
		journey.KindExit:    {"exit", "if"},
		journey.KindInclude: {"include", "if"},
	}[k]
	return append(own, "as", "note")
}
