package signed

import (
	"encoding/json"
	"net/http"
	"strings"
)

// JSONFault reads the name of an error in the protocols of JSON
// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, "Operation error serialization").
func JSONFault(h http.Header, body []byte) string {
	name := h.Get("X-Amzn-Errortype")
	if name == "" {
		var e struct {
			Type string `json:"__type"`
			Code string `json:"code"`
		}
		if json.Unmarshal(body, &e) == nil {
			name = e.Type
			if name == "" {
				name = e.Code
			}
		}
	}
	name, _, _ = strings.Cut(name, ":")
	return name[strings.LastIndexByte(name, '#')+1:]
}
