package workflows

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"farmhand/internal/farm"
)

// packAbove is how many bytes of farms a rollout's input holds in plain. The engine takes 2 MB in one payload and warns at 256 kB; 2,000
// farms are some 3 MB, and a tenth of that packed.
const packAbove = 200_000

// maxUnpacked bounds what packed farms may become: ten times what the largest rollout has.
const maxUnpacked = 64 << 20

// plainInput is a RolloutInput without its own way into JSON.
type plainInput RolloutInput

// packedInput is what a RolloutInput looks like in a history: farms are plain while they are few.
type packedInput struct {
	plainInput
	// Packed are the farms as JSON, compressed with gzip, where they are many.
	Packed []byte `json:"packed_farms,omitempty"`
}

// MarshalJSON packs the farms where they are many.
func (in RolloutInput) MarshalJSON() ([]byte, error) {
	out := packedInput{plainInput: plainInput(in)}
	farms, err := json.Marshal(in.Rollout.Farms)
	if err != nil {
		return nil, err
	}
	if len(farms) > packAbove {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err = z.Write(farms); err == nil {
			err = z.Close()
		}
		if err != nil {
			return nil, err
		}
		out.Rollout.Farms, out.Packed = nil, b.Bytes()
	}
	return json.Marshal(out)
}

// UnmarshalJSON takes farms in plain and packed.
func (in *RolloutInput) UnmarshalJSON(text []byte) error {
	var packed packedInput
	if err := json.Unmarshal(text, &packed); err != nil {
		return err
	}
	*in = RolloutInput(packed.plainInput)
	if len(packed.Packed) == 0 {
		return nil
	}
	farms, err := unpack(packed.Packed)
	if err != nil {
		return fmt.Errorf("the farms of rollout %s cannot be unpacked: %w", in.Rollout.ID, err)
	}
	in.Rollout.Farms = farms
	return nil
}

func unpack(packed []byte) (farms []farm.Farm, err error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxUnpacked {
		return nil, errors.New("they are too large")
	}
	return farms, json.Unmarshal(text, &farms)
}
