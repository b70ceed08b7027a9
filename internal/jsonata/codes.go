package jsonata

// Codes of refusals that the reference does not know.
const (
	codeJSON = "U2001" // the text is not JSON
)
