package diag

// Mails: what liquid and the compiler of mails find.
const (
	OpenBraces     Code = "M001" // braces of Liquid that are not closed
	BadLiquid      Code = "M002" // an expression cannot be read
	UnknownTag     Code = "M003" // a tag that Liquid of mails does not have
	OpenBlock      Code = "M004" // a block is not closed, or its parts stand in the wrong order
	UnknownFilter  Code = "M005" // a filter that there is none of
	FilterMisfit   Code = "M006" // a filter does not fit its value or its arguments
	LoopTooDeep    Code = "M007" // a loop without limit, or too many inside each other
	AndWithOr      Code = "M008" // both and and or in one condition
	UnknownValue   Code = "M010" // a value that no mail of this journey knows
	NoFallback     Code = "M011" // a value that may be missing has no default
	NotShowable    Code = "M012" // a value cannot be shown as it is
	NotComparable  Code = "M013" // values that cannot be compared
	RawText        Code = "M014" // raw on a value that is not HTML of the house
	PersonalLink   Code = "M015" // a personal value in an address
	BareLink       Code = "M016" // a value in an address that is neither an address nor encoded
	HidesName      Code = "M017" // an assigned name hides another
	OpenElement    Code = "M020" // elements are not closed, or cross each other or a block
	UnknownElement Code = "M021" // an element that MJML does not have, or mails should not
	WrongPlace     Code = "M022" // an element, text or value in the wrong place
	BadMarkup      Code = "M023" // an attribute that is unknown, missing or malformed
	LiquidHere     Code = "M024" // Liquid where it cannot run
	NoAlt          Code = "M025" // a picture without alt
	BadHTML        Code = "M026" // HTML that has no place in a mail
	BadLink        Code = "M027" // an address that a mail may not lead to; a warning for http://
	MJMLFailed     Code = "M028" // the MJML cannot be turned into HTML
	NoBody         Code = "M029" // the mail or the layout has no body
	BadFront       Code = "M030" // the front matter is missing, not closed or holds what is no line of it
	BadFrontKey    Code = "M031" // a key that front matter does not have, or the same key twice
	NoSubject      Code = "M032" // subject or preview is missing
	LongSubject    Code = "M033" // subject or preview is too long
	NoSharedPart   Code = "M034" // a shared part that there is none of
	SharedLoop     Code = "M035" // a shared part includes itself, or too many are taken in
	NoLayout       Code = "M036" // the brand has no layout, or the one named does not exist
	LayoutPlaces   Code = "M037" // the layout has not exactly one place for the mail
	OtherLanguage  Code = "M038" // a language is missing, or is none of the brand's
	BadQuestion    Code = "M039" // the question is unknown, never shown, shown twice or lacks its words
	LargeMail      Code = "M040" // more HTML than mail programmes show
	NoWithdraw     Code = "M041" // a marketing mail may leave without withdraw link, controller or post address
	BadMailFile    Code = "M042" // a file name that says no mail, or files that contradict each other
	OfferShown     Code = "M044" // an offer in a service or transactional mail
	OtherQuestion  Code = "M045" // the languages of a mail ask different questions
	FilterLanguage Code = "M046" // the filter cannot write this language
)

// mailCodes are their part of the table.
var mailCodes = []Entry{
	{OpenBraces, Error, "braces of Liquid that are not closed"},
	{BadLiquid, Error, "an expression cannot be read"},
	{UnknownTag, Error, "a tag that Liquid of mails does not have"},
	{OpenBlock, Error, "a block is not closed, or its parts stand in the wrong order"},
	{UnknownFilter, Error, "a filter that there is none of"},
	{FilterMisfit, Error, "a filter does not fit its value or its arguments"},
	{LoopTooDeep, Error, "a loop without limit, or too many inside each other"},
	{AndWithOr, Error, "both and and or in one condition"},
	{UnknownValue, Error, "a value that no mail of this journey knows"},
	{NoFallback, Error, "a value that may be missing has no default"},
	{NotShowable, Error, "a value cannot be shown as it is"},
	{NotComparable, Error, "values that cannot be compared"},
	{RawText, Error, "raw on a value that is not HTML of the house"},
	{PersonalLink, Error, "a personal value in an address"},
	{BareLink, Error, "a value in an address that is neither an address nor encoded"},
	{HidesName, Error, "an assigned name hides another"},
	{OpenElement, Error, "elements are not closed, or cross each other or a block"},
	{UnknownElement, Error, "an element that MJML does not have, or mails should not"},
	{WrongPlace, Error, "an element, text or value in the wrong place"},
	{BadMarkup, Error, "an attribute that is unknown, missing or malformed"},
	{LiquidHere, Error, "Liquid where it cannot run"},
	{NoAlt, Error, "a picture without alt"},
	{BadHTML, Error, "HTML that has no place in a mail"},
	{BadLink, Error, "an address that a mail may not lead to; a warning for http://"},
	{MJMLFailed, Error, "the MJML cannot be turned into HTML"},
	{NoBody, Error, "the mail or the layout has no body"},
	{BadFront, Error, "the front matter is missing, not closed or holds what is no line of it"},
	{BadFrontKey, Error, "a key that front matter does not have, or the same key twice"},
	{NoSubject, Error, "subject or preview is missing"},
	{LongSubject, Error, "subject or preview is too long"},
	{NoSharedPart, Error, "a shared part that there is none of"},
	{SharedLoop, Error, "a shared part includes itself, or too many are taken in"},
	{NoLayout, Error, "the brand has no layout, or the one named does not exist"},
	{LayoutPlaces, Error, "the layout has not exactly one place for the mail"},
	{OtherLanguage, Error, "a language is missing, or is none of the brand's"},
	{BadQuestion, Error, "the question is unknown, never shown, shown twice or lacks its words"},
	{LargeMail, Error, "more HTML than mail programmes show"},
	{NoWithdraw, Error, "a marketing mail may leave without withdraw link, controller or post address"},
	{BadMailFile, Error, "a file name that says no mail, or files that contradict each other"},
	{OfferShown, Error, "an offer in a service or transactional mail"},
	{OtherQuestion, Error, "the languages of a mail ask different questions"},
	{FilterLanguage, Warning, "the filter cannot write this language"},
}
