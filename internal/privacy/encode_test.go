package privacy_test

import (
	"crypto/sha256"
	"encoding/base64"
)

func base64of(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func sha256of(s string) [32]byte { return sha256.Sum256([]byte(s)) }
