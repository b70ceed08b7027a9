package diag

import (
	"cmp"
	"slices"
)

// Code is the stable name of a kind of finding. A code is never reused for
// something else; docs/language/findings.md explains each. Those of the language
// begin with J, those of mails with M; what only a machine can make amiss is declared
// where the machine is made, with E, or W for a warning.
type Code string

// Reading the file.
const (
	Unreadable      Code = "J001" // the file is not a text that Senda can read
	UnknownStep     Code = "J002" // a dash begins with a word that is no action
	UnknownKey      Code = "J003" // a key that does not belong here
	MissingKey      Code = "J004" // something that must be said is not said
	DuplicateKey    Code = "J005" // the same key twice in one place
	WrongShape      Code = "J006" // a list where one value belongs, or the other way round
	EmptyValue      Code = "J007" // a key without a value, or a list without an element
	BadName         Code = "J008" // a name with other signs than small letters, digits and hyphens
	TwoActions      Code = "J009" // two actions under one dash
	NoAction        Code = "J010" // a dash without an action
	Tab             Code = "J011" // a tab, which YAML and editors count differently
	Indentation     Code = "J012" // a line that begins at a column that fits nothing above it
	SecondDocument  Code = "J013" // a line of --- or ..., which would begin or end a document
	FlowMap         Code = "J014" // a map in braces, which YAML cuts at every comma
	YAMLSign        Code = "J015" // a value that begins with a sign of YAML
	MissingSpace    Code = "J016" // a missing space after a colon
	CutAtHash       Code = "J017" // an expression that YAML cuts where a comment begins
	GluedComment    Code = "J018" // a comment without a space after #, which may have been meant as text
	GoesOn          Code = "J019" // a value that goes on in the next line
	Quotes          Code = "J020" // text behind a closing quote, or a quote that is not closed
	UnknownStepName Code = "J021" // an expression or an await names a step that is not in reach
	ColonInValue    Code = "J022" // a colon and a space inside a value, which YAML takes for a key
	BadWord         Code = "J023" // a word that is not one of those that the key takes
	BadTime         Code = "J024" // a length of time, moment, window, date or schedule that cannot be read
	BadShare        Code = "J025" // a share that is not a percentage
	BadMoney        Code = "J026" // an amount of money that cannot be read
	BadCount        Code = "J027" // a count, or a count in a number of days, that cannot be read
	NotYet          Code = "J028" // a step that is planned and not there yet
)

// Expressions.
const (
	ExprSyntax      Code = "J030" // an expression that JSONata cannot read
	CurlyQuotes     Code = "J031" // quotes as a word processor writes them
	DoubleEquals    Code = "J032" // == where JSONata compares with =
	AndOrSigns      Code = "J033" // && or || where JSONata says and, or
	NotWord         Code = "J034" // not or ! where JSONata has $not(…)
	PercentNumber   Code = "J035" // a percentage where a number belongs
	NumberForm      Code = "J036" // a number with a leading zero or an underscore
	UnquotedText    Code = "J037" // a text that is compared without quotes
	UnknownName     Code = "J038" // a name that begins with none of the declared roots
	UnknownField    Code = "J039" // a field, attribute, fact or outcome that nobody declares
	NotYesOrNo      Code = "J040" // a condition that is not yes or no
	NeverEqual      Code = "J041" // a comparison that can never hold, as of text with a number
	MissingUnequal  Code = "J042" // a value that may be missing compared with !=
	OpenedCondition Code = "J043" // a decision that hangs on opened, which machines do too
	NoEventHere     Code = "J044" // event where no event has happened
	UnknownFunction Code = "J045" // a function that JSONata 2.0.6 does not have
	WrongArgument   Code = "J046" // a function that is given what it cannot take
	UnknownWay      Code = "J047" // a split compared with a way that it does not have
	NotANumber      Code = "J048" // a value that is not a number where one belongs
)

// Names.
const (
	DuplicateName    Code = "J050" // two things with one name
	ReservedName     Code = "J051" // a step named like a root or like a function of JSONata
	SecondUnnamed    Code = "J052" // a second step of the same unwritten name
	UnknownEvent     Code = "J053" // an event without a contract
	UnknownBrand     Code = "J054" // a brand that brands.yaml does not have
	UnknownPurpose   Code = "J055" // a purpose that the brand does not have
	OtherFamily      Code = "J056" // a brand of another family
	UnknownAudience  Code = "J057" // an audience that audiences.yaml does not have
	UnknownModel     Code = "J058" // a model that there is none of
	UnknownSlot      Code = "J059" // a slot that offers.yaml does not have
	UnknownMail      Code = "J060" // a mail that is not beside the journey
	UnknownPart      Code = "J061" // a part that journeys/parts does not have
	UnknownAttribute Code = "J062" // an attribute that profile.yaml does not have
	Recursion        Code = "J063" // a part that includes itself
	UnknownOutcome   Code = "J064" // an await for what never comes of a step
	UnknownOffer     Code = "J065" // an offer that offers.yaml does not have
	UnknownFamily    Code = "J066" // a family that brands.yaml does not have
)

// What the law and the brand ask.
const (
	HeldOutService Code = "J070" // a hold-out where nothing is marketing
	NoReason       Code = "J071" // no hold-out, and no reason for that
	OfferInService Code = "J072" // a mail that is not marketing behind an offer that it would show
	NoSender       Code = "J073" // a brand without what a mail of it must say
	NoLanguage     Code = "J074" // a mail without a variant for a language of its brand
	NeverOpen      Code = "J075" // a window in which the family sends nothing
	NoBasis        Code = "J076" // a purpose of class marketing without a basis, or another with one
	OwnReason      Code = "J077" // an exit with a reason that is the system's own
	NotWritable    Code = "J078" // a set of an attribute that events teach
)

// Journeys that do not do what they seem to.
const (
	GoalTooEarly  Code = "J080" // a goal that closes before the first mail can leave
	ExitsFirst    Code = "J081" // an await for an event that exits first
	EntryIsExit   Code = "J082" // an entry event that is also an exit, without a way back in
	TooLong       Code = "J083" // a path longer than 360 days
	NeverReached  Code = "J084" // a step that nobody reaches
	SharesSum     Code = "J085" // ways whose shares do not make 100 %
	EntersItself  Code = "J086" // a journey that emits what enters it
	NothingInside Code = "J087" // a block without a step
	NeedsDefault  Code = "J088" // a pause that hangs on an attribute that may be missing
	NothingActs   Code = "J090" // a journey in which nothing is done
	RestartsNever Code = "J091" // a restart that never happens, because a mail leaves at once
	AlwaysNo      Code = "J092" // a condition that holds for nobody, because the step it asks cannot have run
	EntersNever   Code = "J093" // a journey whose days are over, or in which nobody can enter
	NoQuestion    Code = "J094" // an answer asked of a mail that has no question
	NotEmitted    Code = "J095" // an emit of an event that no journey can tell of
	PersonalKey   Code = "J096" // an each over a personal field, which would name people in keys
	NotKept       Code = "J097" // a personal field of an event, asked after the event
)

// Shared files.
const (
	BadZone         Code = "J100" // a time zone that does not exist
	BadAddress      Code = "J101" // a mail address that cannot be written to
	BadLanguage     Code = "J102" // a language that is not a tag such as es or es-MX
	BadCurrency     Code = "J103" // a currency that is no code, or that the family does not keep
	CapTooWide      Code = "J104" // a cap that keeps as many places as it has, or that another makes idle
	BadFact         Code = "J105" // a fact that no event can teach
	BudgetTooSmall  Code = "J106" // a budget that is smaller than one offer costs
	OtherBrandOffer Code = "J107" // a slot with an offer of another brand
	ClosedForEver   Code = "J108" // quiet hours that leave no minute of the week
	BadPath         Code = "J109" // a scenario with a step or a mail that the journey does not have
	UnusedDefault   Code = "J110" // a default that is not of the attribute's type
)

// Entry is a code with what stands in the table of codes.
type Entry struct {
	Code     Code
	Severity Severity
	Summary  string
}

// codes is the table, in the order of the codes.
var codes = []Entry{
	{Unreadable, Error, "the file is not a text that Senda can read"},
	{UnknownStep, Error, "a dash begins with a word that is no action"},
	{UnknownKey, Error, "a key that does not belong here"},
	{MissingKey, Error, "something that must be said is not said"},
	{DuplicateKey, Error, "the same key twice in one place"},
	{WrongShape, Error, "a list where one value belongs, or the other way round"},
	{EmptyValue, Error, "a key without a value, or a list without an element"},
	{BadName, Error, "a name with other signs than small letters, digits and hyphens"},
	{TwoActions, Error, "two actions under one dash"},
	{NoAction, Error, "a dash without an action"},
	{Tab, Error, "a tab, which YAML and editors count differently"},
	{Indentation, Error, "a line that begins at a column that fits nothing above it"},
	{SecondDocument, Error, "a line of --- or ..., which would begin or end a document"},
	{FlowMap, Error, "a map in braces, which YAML cuts at every comma"},
	{YAMLSign, Error, "a value that begins with a sign of YAML"},
	{MissingSpace, Error, "a missing space after a colon"},
	{CutAtHash, Error, "an expression that YAML cuts where a comment begins"},
	{GluedComment, Warning, "a comment without a space after #, which may have been meant as text"},
	{GoesOn, Error, "a value that goes on in the next line"},
	{Quotes, Error, "text behind a closing quote, or a quote that is not closed"},
	{UnknownStepName, Error, "an expression or an await names a step that is not in reach"},
	{ColonInValue, Error, "a colon and a space inside a value, which YAML takes for a key"},
	{BadWord, Error, "a word that is not one of those that the key takes"},
	{BadTime, Error, "a length of time, moment, window, date or schedule that cannot be read"},
	{BadShare, Error, "a share that is not a percentage"},
	{BadMoney, Error, "an amount of money that cannot be read"},
	{BadCount, Error, "a count, or a count in a number of days, that cannot be read"},
	{NotYet, Error, "a step that is planned and not there yet"},
	{ExprSyntax, Error, "an expression that JSONata cannot read"},
	{CurlyQuotes, Error, "quotes as a word processor writes them"},
	{DoubleEquals, Error, "== where JSONata compares with ="},
	{AndOrSigns, Error, "&& or || where JSONata says and, or"},
	{NotWord, Error, "not or ! where JSONata has $not(…)"},
	{PercentNumber, Error, "a percentage where a number belongs"},
	{NumberForm, Error, "a number with a leading zero or an underscore"},
	{UnquotedText, Error, "a text that is compared without quotes"},
	{UnknownName, Error, "a name that begins with none of the declared roots"},
	{UnknownField, Error, "a field, attribute, fact or outcome that nobody declares"},
	{NotYesOrNo, Error, "a condition that is not yes or no"},
	{NeverEqual, Error, "a comparison that can never hold, as of text with a number"},
	{MissingUnequal, Warning, "a value that may be missing compared with !="},
	{OpenedCondition, Warning, "a decision that hangs on opened, which machines do too"},
	{NoEventHere, Error, "event where no event has happened"},
	{UnknownFunction, Error, "a function that JSONata 2.0.6 does not have"},
	{WrongArgument, Error, "a function that is given what it cannot take"},
	{UnknownWay, Error, "a split compared with a way that it does not have"},
	{NotANumber, Error, "a value that is not a number where one belongs"},
	{DuplicateName, Error, "two things with one name"},
	{ReservedName, Error, "a step named like a root or like a function of JSONata"},
	{SecondUnnamed, Error, "a second step of the same unwritten name"},
	{UnknownEvent, Error, "an event without a contract"},
	{UnknownBrand, Error, "a brand that brands.yaml does not have"},
	{UnknownPurpose, Error, "a purpose that the brand does not have"},
	{OtherFamily, Error, "a brand of another family"},
	{UnknownAudience, Error, "an audience that audiences.yaml does not have"},
	{UnknownModel, Error, "a model that there is none of"},
	{UnknownSlot, Error, "a slot that offers.yaml does not have"},
	{UnknownMail, Error, "a mail that is not beside the journey"},
	{UnknownPart, Error, "a part that journeys/parts does not have"},
	{UnknownAttribute, Error, "an attribute that profile.yaml does not have"},
	{Recursion, Error, "a part that includes itself"},
	{UnknownOutcome, Error, "an await for what never comes of a step"},
	{UnknownOffer, Error, "an offer that offers.yaml does not have"},
	{UnknownFamily, Error, "a family that brands.yaml does not have"},
	{HeldOutService, Error, "a hold-out where nothing is marketing"},
	{NoReason, Error, "no hold-out, and no reason for that"},
	{OfferInService, Error, "a mail that is not marketing behind an offer that it would show"},
	{NoSender, Error, "a brand without what a mail of it must say"},
	{NoLanguage, Warning, "a mail without a variant for a language of its brand"},
	{NeverOpen, Error, "a window in which the family sends nothing"},
	{NoBasis, Error, "a purpose of class marketing without a basis, or another with one"},
	{OwnReason, Error, "an exit with a reason that is the system's own"},
	{NotWritable, Error, "a set of an attribute that events teach"},
	{GoalTooEarly, Error, "a goal that closes before the first mail can leave"},
	{ExitsFirst, Error, "an await for an event that exits first"},
	{EntryIsExit, Warning, "an entry event that is also an exit, without a way back in"},
	{TooLong, Error, "a path longer than 360 days"},
	{NeverReached, Error, "a step that nobody reaches"},
	{SharesSum, Error, "ways whose shares do not make 100 %"},
	{EntersItself, Error, "a journey that emits what enters it"},
	{NothingInside, Error, "a block without a step"},
	{NeedsDefault, Warning, "a pause that hangs on an attribute that may be missing"},
	{NothingActs, Warning, "a journey in which nothing is done"},
	{RestartsNever, Warning, "a restart that never happens, because a mail leaves at once"},
	{AlwaysNo, Error, "a condition that holds for nobody, because the step it asks cannot have run"},
	{EntersNever, Warning, "a journey whose days are over, or in which nobody can enter"},
	{NoQuestion, Error, "an answer asked of a mail that has no question"},
	{NotEmitted, Error, "an emit of an event that no journey can tell of"},
	{PersonalKey, Error, "an each over a personal field, which would name people in keys"},
	{NotKept, Error, "a personal field of an event, asked after the event"},
	{BadZone, Error, "a time zone that does not exist"},
	{BadAddress, Error, "a mail address that cannot be written to"},
	{BadLanguage, Error, "a language that is not a tag such as es or es-MX"},
	{BadCurrency, Error, "a currency that is no code, or that the family does not keep"},
	{CapTooWide, Error, "a cap that keeps as many places as it has, or that another makes idle"},
	{BadFact, Error, "a fact that no event can teach"},
	{BudgetTooSmall, Error, "a budget that is smaller than one offer costs"},
	{OtherBrandOffer, Error, "a slot with an offer of another brand"},
	{ClosedForEver, Error, "quiet hours that leave no minute of the week"},
	{BadPath, Error, "a scenario with a step or a mail that the journey does not have"},
	{UnusedDefault, Error, "a default that is not of the attribute's type"},
}

// Codes are all codes of the language and of mails, in order.
func Codes() []Entry { return append(slices.Clone(codes), mailCodes...) }

// Severity of a code; a code of another table is an error unless it begins
// with W.
func (c Code) Severity() Severity {
	for _, table := range [][]Entry{codes, mailCodes} {
		if i, ok := slices.BinarySearchFunc(table, c, func(e Entry, c Code) int { return cmp.Compare(e.Code, c) }); ok {
			return table[i].Severity
		}
	}
	if len(c) > 0 && c[0] == 'W' {
		return Warning
	}
	return Error
}
