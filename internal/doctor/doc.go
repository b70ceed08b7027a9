// Package doctor says what a machine, an account and a deployment lack, and how to mend
// it: one line a check, with a level and the way out.
//
// Checks ask small interfaces and decide in values, so that each can be shown every
// answer there is. What may not be asked (a right is missing) is told as such and never
// taken for healthy.
package doctor
