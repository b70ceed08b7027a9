// Package sesevent reads what Amazon SES tells of a message, as a notice of package
// feedback.
//
// SES publishes its events on the default bus of EventBridge, with recipients,
// headers, subject, IP addresses and more in them. A rule takes those of Senda's own
// messages ([Pattern]) and sends a queue only what a notice needs ([InputTemplate],
// [InputPathsMap]); everything else ends there. The rule and the reader stand side
// by side here so that neither can change alone.
//
// What is kept: ids, tags of ours, instants, and words from SES's own lists. The text of a
// diagnosis is not among them, since mail servers quote addresses in it.
package sesevent
