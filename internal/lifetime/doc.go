// Package lifetime says what a customer is still worth: whether they are
// alive as a customer, how many purchases they will make over a horizon, what
// they will spend on each, and the value of it all today.
//
// Nobody tells a shop that they have left. The models infer it from three
// numbers a person: how often they came back (x), when they did so last (t_x)
// and how long they have been known (T). While alive, a person buys as a
// Poisson process with a rate of their own; rates are spread over people as
// Gamma(r, alpha). After a purchase a person leaves for good with a
// probability of their own, spread as Beta(a, b).
//
//   - [BGNBD]: Fader, Hardie, Lee (2005), "Counting Your Customers the Easy
//     Way: An Alternative to the Pareto/NBD Model", Marketing Science 24(2).
//     The first purchase cannot end the relationship, so somebody who bought
//     once is alive with certainty for ever.
//   - [MBGNBD]: Batislam, Denizel, Filiztekin (2007), "Empirical validation
//     and comparison of models for customer base analysis", International
//     Journal of Research in Marketing 24(3), and, as CBG/NBD, Hoppe and
//     Wagner (2007), Marketing JRM 3(2). A person may leave right after the
//     first purchase too.
//   - [Spend]: the Gamma-Gamma model of spend; Fader and Hardie (2013), "The
//     Gamma-Gamma Model of Monetary Value", brucehardie.com/notes/025.
//
// The way through the package: [Summarise] folds purchases into one [Summary]
// a person; [Choose] fits both purchase models, takes the one that foretells
// a hold-out better and reports on both; [File] keeps the result; [Scorer]
// scores people with it.
//
// Units: times are in weeks, money is in minor units of the one currency that
// the purchases were given in (cents), rates are per week.
package lifetime
