// Package public is the pages that links in mails lead to: withdraw, preferences,
// double opt-in, answers, clicks. It is an [http.Handler] over package preferences, which
// decides; here are only addresses, forms and words.
//
// A GET changes nothing, since programs open every link of a mail: it shows a
// button, and the POST of that button acts. The one exception is a click, which is
// counted when it is followed and never decides on a consent. The one-click POST of
// RFC 8058 is the POST of the withdraw page: no cookie, no redirect, and 200 the second
// time too.
//
// What is no link of ours is refused before anything is read. Pages have no
// script, fetch nothing, are kept in no cache and tell nobody their address, which
// holds a token.
package public
