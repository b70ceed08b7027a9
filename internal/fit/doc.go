// Package fit makes the model files of package score from purchases: from events
// of an installation, one JSON object a line, or from the CDNOW sample.
package fit
