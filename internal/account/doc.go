// Package account asks an account of AWS what the doctor wants to know of it: whose the
// credentials are, whether it was bootstrapped, how the mail service stands, which alarms
// ring. It only reads.
package account
