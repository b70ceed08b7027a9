package public

import (
	"fmt"
	"strings"
	"time"
)

// tongues are the languages of the pages. A further one is a further file of words.
var tongues = map[string]words{"en": english, "es": spanish}

// words are all that the pages say. %s stands for the name of a brand unless it is
// said otherwise.
type words struct {
	// Withdraw. WithdrawTopic has the brand and the topic.
	Withdraw, WithdrawBrand, WithdrawTopic, WithdrawAll string
	WithdrawButton                                      string
	Withdrawn, WithdrawnBrand, WithdrawnTopic           string
	WithdrawnAll                                        string
	InFlight, StillService                              string

	// Preferences.
	Preferences, PreferencesText string
	Topics                       string
	TopicOn, TopicOff            string
	TopicButton                  string // of the topic
	Ease                         string
	Less, LessNote, LessOn       string
	Pause, PauseNote, PauseOn    string // PauseOn of a date
	PauseButton                  string
	Stop                         string
	StopBrand, StopBrandButton   string
	StopFamily                   string // of the list of brands
	StopFamilyButton             string
	StopAll, StopAllButton       string
	Profiling, ProfilingRow      string
	ProfilingNote, ProfilingOn   string
	ProfilingButton              string
	Saved                        string
	And                          string

	// Double opt-in.
	Confirm, ConfirmText, ConfirmButton               string
	Confirmed, ConfirmedText                          string
	ConfirmTopics, ConfirmTopicOpen, ConfirmTopicDone string
	ConfirmLate, ConfirmLateText                      string
	ConfirmWithdrawn                                  string

	// Answers. Chosen has the answer, the highest and what the ends mean.
	Answer                    string
	AskNPS, AskSatisfaction   string
	Chosen                    string
	EndsNPS, EndsSatisfaction [2]string
	ChosenEnds                string
	Comment, AnswerButton     string
	AnswerHint                string
	Answered, AnsweredText    string

	// Whatever else may be.
	Erased, ErasedText   string
	NotOurs, NotOursText string
	TooOld, TooOldText   string
	Gone, GoneText       string
	Unclear, UnclearText string
	TooLongText          string
	Busy, BusyText       string

	// Names of purposes that many brands have; others are shown as they are named.
	Purposes map[string]string
	// Months, and how a day is written: day, month, year.
	Months [12]string
	Date   string
}

// day writes a date.
func (w words) day(t time.Time) string {
	return fmt.Sprintf(w.Date, t.Day(), w.Months[t.Month()-1], t.Year())
}

// purpose is the name of a purpose as a title.
func (w words) purpose(name string) string {
	if known := w.Purposes[name]; known != "" {
		return known
	}
	name = strings.ReplaceAll(name, "-", " ")
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// list joins names: "a, b and c".
func (w words) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + w.And + " " + names[last]
}
