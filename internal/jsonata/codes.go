package jsonata

// Codes of refusals that the reference does not know.
const (
	codeJSON       = "U2001" // the text is not JSON
	codeNewer      = "U2002" // an operator or function newer than 2.0.6
	codeDeepSource = "U2003" // the source is nested too deep
	codeEval       = "U2004" // $eval, which Step Functions refuses
	codeRegex      = "U2005" // a regular expression that could run away or is not understood
	codeNoNow      = "U2006" // $now() or $millis() without a clock in Env
	codeNoChance   = "U2007" // $random(), $shuffle() or $uuid() without a source in Env
	codeAWS        = "U2008" // a wrong argument of one of AWS's own functions
	codeSchema     = "U2009" // what was given as a JSON Schema is none

	codeDepth = "U1001" // recursion too deep; the reference's own code for it
	codeSteps = "U2101" // too many steps
	codeTime  = "U2102" // too much time
	codeSize  = "U2103" // too many bytes built
	codeNest  = "U2104" // a value nested too deep
)
