// Package preferences is what a person can do from a link in a mail: withdraw
// with one click, confirm a double opt-in, choose what they want. There is no
// log-in: the link's token says whose it is, and nothing about them.
//
// Looking (a GET) changes nothing, since scanners of mail open every link;
// pressing the button (a POST) does, and pressing it twice does it once. What a
// person decides here becomes an event like any other: it is proven in the log of
// consent, stands in the timeline, and journeys hear of it. Links work after an
// erasure, and then have nothing left to do.
package preferences
