// Package journeys holds what marketers write: a folder a journey, and the files
// that all journeys share. It embeds them, so that the demo and the tests run what
// stands here and nothing else.
package journeys

import "embed"

// Files are all files of the folder but this package's own.
//
//go:embed *.yaml layouts */journey.yaml */scenarios.yaml */mails
var Files embed.FS
