package preferences

import (
	"context"
	"errors"
	"io"
	"time"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/bundle"
	"github.com/senda-dev/senda/internal/consent"
	"github.com/senda-dev/senda/internal/feedback"
	"github.com/senda-dev/senda/internal/identity"
	"github.com/senda-dev/senda/internal/intake"
	"github.com/senda-dev/senda/internal/jsonata"
	"github.com/senda-dev/senda/internal/mail/token"
)

// Source is the source of the events that people cause here.
const Source = "senda.preferences"

// Service reads links and carries out what they ask. Its fields are set once.
type Service struct {
	Store senda.Store
	Clock senda.Clock
	Ring  *token.Ring
	// Rules are today's rules of consent.
	Rules func() *consent.Rules
	// Take takes in an event; it is intake's.
	Take func(ctx context.Context, e senda.Event) (intake.Result, error)
	// OneClick is how far one click in a mail of a brand reaches: the brand or the topic.
	OneClick func(brand string) consent.Level
	// Random draws the names of logs of proofs.
	Random io.Reader
	// Bundles and Tell serve answers and clicks: they know the question of a mail, and
	// take a notice in as feedback does. Without them there are neither.
	Bundles bundle.Bundles
	Tell    func(ctx context.Context, n feedback.Notice) error
}

// visit is a link that was followed: whose it is and how they stand.
type visit struct {
	token.Claims
	person senda.Person
	head   senda.ConsentHead
	at     time.Time
}

// open believes a link, or returns Denied. It reads no store for one that is not ours.
func (s *Service) open(ctx context.Context, link string, kind token.Kind) (visit, error) {
	v := visit{at: s.Clock.Now().UTC()}
	var err error
	if v.Claims, err = s.Ring.Verify(link, kind, v.at); err != nil {
		if errors.Is(err, token.ErrExpired) {
			return v, ErrExpired
		}
		return v, senda.Errorf(senda.Denied, "open a link", "it is not one of ours")
	}
	if v.person, _, err = identity.Follow(ctx, s.Store, senda.PersonID(v.Person)); err != nil {
		return v, err
	}
	v.head, _, _, err = senda.Read[senda.ConsentHead](ctx, s.Store, senda.ConsentKey(v.person.ID))
	v.head.Person, v.head.Erased = v.person.ID, v.head.Erased || v.person.Erased
	return v, err
}

// ErrExpired is returned for a link of ours whose time has passed; its code is Denied,
// as that of a forged one.
var ErrExpired error = senda.Errorf(senda.Denied, "open a link", "its time has passed")

// Visit is what a page knows of whoever follows a link, to speak to them.
type Visit struct {
	Brand, Purpose string
	// Locale is theirs, empty when unknown.
	Locale string
	Erased bool
}

func (v visit) shown() Visit {
	return Visit{Brand: v.Brand, Purpose: v.Purpose, Locale: v.person.Locale, Erased: v.head.Erased}
}

// Visit believes a link of a kind and says who comes. It changes nothing. Denied for
// one that is not ours, without any reading of the store, and [ErrExpired];
// NotFound when nobody is left whom it names.
func (s *Service) Visit(ctx context.Context, link string, kind token.Kind) (Visit, error) {
	v, err := s.open(ctx, link, kind)
	return v.shown(), err
}

// Topic is one line of the page: what a brand writes about, and whether the
// person may be mailed about it now.
type Topic struct {
	Brand, Purpose string
	On             bool
}

// Page is what somebody sees who follows the link to their preferences.
type Page struct {
	Visit
	Topics []Topic
	// PausedUntil is the end of a pause that lasts, zero without one.
	PausedUntil time.Time
	LessOften   bool
	// NoProfiling: they object to profiling.
	NoProfiling bool
}

// Look shows the preferences of whoever the link belongs to.
func (s *Service) Look(ctx context.Context, link string) (Page, error) {
	v, err := s.open(ctx, link, token.Preferences)
	if err != nil {
		return Page{}, err
	}
	p := Page{Visit: v.shown(), LessOften: v.head.LessOften, NoProfiling: v.head.Objected}
	if v.at.Before(v.head.PausedUntil) {
		p.PausedUntil = v.head.PausedUntil
	}
	rules := s.Rules()
	for _, of := range rules.Brand(v.Brand) {
		if of.Class == senda.Marketing {
			on := rules.Ground(&v.head, of.Brand, of.Name, v.at).Basis != senda.BasisNone
			p.Topics = append(p.Topics, Topic{of.Brand, of.Name, on})
		}
	}
	return p, nil
}

// Withdraw is the one click of RFC 8058: it ends the marketing of the brand, or
// the topic where brands.yaml says so. It succeeds the second time too. A topic or a
// brand that is gone since the mail: rather too much than nothing.
func (s *Service) Withdraw(ctx context.Context, link string) error {
	v, err := s.open(ctx, link, token.Withdraw)
	if err != nil {
		return err
	}
	return s.withdraw(ctx, v, s.OneClickReach(v.Brand, v.Purpose), v.Purpose, "one-click")
}

// OneClickReach is how far one click in a mail reaches today.
func (s *Service) OneClickReach(brand, purpose string) consent.Level {
	for _, level := range []consent.Level{s.OneClick(brand), consent.LevelBrand} {
		if len(s.Rules().Reach(level, brand, purpose)) > 0 {
			return level
		}
	}
	return consent.LevelEverything
}

// Change carries out what somebody chose on the page of their preferences.
// purpose is needed for a topic only.
func (s *Service) Change(ctx context.Context, link string, level consent.Level, purpose string) error {
	v, err := s.open(ctx, link, token.Preferences)
	if err != nil {
		return err
	}
	switch level {
	case consent.LevelLess, consent.LevelPause:
		return s.ease(ctx, v, level)
	case consent.LevelProfiling:
		if v.head.Erased || v.head.Objected {
			return nil
		}
		return s.tell(ctx, v, intake.KindObjected, "profiling", text("brand", v.Brand), text("source", "preferences"), jsonata.Member{Key: "profiling", Value: jsonata.True})
	default:
		return s.withdraw(ctx, v, level, purpose, "preferences")
	}
}

// reaches are the words of the contract for the levels.
var reaches = map[consent.Level]string{
	consent.LevelTopic: "purpose", consent.LevelBrand: "brand", consent.LevelFamily: "family", consent.LevelEverything: "everything",
}

// withdraw tells of a withdrawal, unless it would change nothing. A second click
// after a new consent withdraws that one too.
func (s *Service) withdraw(ctx context.Context, v visit, level consent.Level, purpose, source string) error {
	scopes := s.Rules().Reach(level, v.Brand, purpose)
	if len(scopes) == 0 {
		return senda.Errorf(senda.Invalid, "withdraw", "there is no %s %q of the brand %q", level, purpose, v.Brand)
	}
	if v.head.Erased || withdrawn(v.head, scopes) {
		return nil
	}
	fields := []jsonata.Member{text("brand", v.Brand), text("source", source), text("reach", reaches[level])}
	if level == consent.LevelTopic {
		fields = append(fields, text("purpose", purpose))
	}
	return s.tell(ctx, v, intake.KindWithdrawn, string(level)+" "+purpose, fields...)
}

// withdrawn says that the very scopes were withdrawn from already and nothing
// under them was agreed to since.
func withdrawn(h senda.ConsentHead, scopes []senda.Scope) bool {
	for _, scope := range scopes {
		if st := h.Standing(scope); st.State != senda.ConsentWithdrawn && st.State != senda.ConsentObjected {
			return false
		}
		for _, other := range h.Standings {
			if other.State == senda.ConsentGranted && consent.Covers(scope, other.Scope) {
				return false
			}
		}
	}
	return true
}

// ease notes a wish that is no withdrawal. It needs no proof and no journey
// waits for it: it is written at once.
func (s *Service) ease(ctx context.Context, v visit, level consent.Level) error {
	for range attempts {
		head, version, _, err := senda.Read[senda.ConsentHead](ctx, s.Store, senda.ConsentKey(v.person.ID))
		if err != nil {
			return err
		}
		head.Person = v.person.ID
		d := consent.Begin(head, v.at, func() (string, error) { return identity.NewSubject(s.Random) })
		if err := d.Withdraw(s.Rules(), level, v.Brand, "", consent.Change{Time: v.at}); err != nil {
			return err
		}
		after, _, changed, err := d.Done()
		if err != nil || !changed || v.head.Erased {
			return err
		}
		if err = s.Store.Commit(ctx, senda.Put(after, version)); senda.CodeOf(err) != senda.Conflict {
			return err
		}
	}
	return senda.Errorf(senda.Unavailable, "change preferences", "others keep writing them")
}

const attempts = 16

func text(key, value string) jsonata.Member {
	return jsonata.Member{Key: key, Value: jsonata.String(value)}
}

// tell takes in an event of the person. what makes its id: the same wish from the
// same mail at the same second is one event.
func (s *Service) tell(ctx context.Context, v visit, kind, what string, fields ...jsonata.Member) error {
	e := senda.Event{
		Source: Source, ID: "v-" + senda.ShortHash(v.Message, kind, what, v.at.Truncate(time.Second).Format(time.RFC3339)), Kind: kind, Time: v.at,
		Identifiers: map[string]string{identity.Self: string(v.person.ID)}, Data: jsonata.Object(fields...),
	}
	r, err := s.Take(ctx, e)
	if err == nil && r.Fate == intake.Refused {
		return senda.Errorf(senda.Invalid, "tell of a "+kind, "%s", r.Refusal)
	}
	return err
}
