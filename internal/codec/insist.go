package codec

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// insisting is a codec that panics where it cannot decode.
type insisting struct{ *Codec }

// Insisting is the codec for a worker. Where a payload cannot be decoded it panics, which fails the workflow task: the
// server tries it again, here or on another worker, until somebody has the key. A returned error would be worse than a
// delay: the SDK fails a workflow whose input does not decode, and drops a signal that does not.
func (c *Codec) Insisting() converter.PayloadCodec { return insisting{c} }

// Decode implements converter.PayloadCodec. It panics with the error of Codec.Decode.
func (i insisting) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out, err := i.Codec.Decode(payloads)
	if err != nil {
		panic(err)
	}
	return out, nil
}
