// Package bandit decides between offers by Thompson sampling, and says with what
// probability it decided so.
//
// Thompson sampling (W. R. Thompson, Biometrika 25, 1933) draws a success rate
// from each arm's Beta posterior and takes the arm with the greatest net value.
// Posteriors here stand still for an epoch, so the probability of each arm
// being the best is a constant of the epoch and of the set of eligible arms:
// it is computed once, by quadrature, and a decision is one
// draw from it. The distribution of decisions is that of Thompson sampling, the
// logged propensity is exact to 1e-4, and a floor keeps every eligible arm
// measurable.
package bandit
