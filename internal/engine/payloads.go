package engine

import (
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Payloads makes a client encode and decode its payloads with a codec. encrypts says that messages and stack traces of
// failures are to be encoded, too: Temporal keeps them in clear otherwise.
func Payloads(o client.Options, codec converter.PayloadCodec, encrypts bool) client.Options {
	o.DataConverter = converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	o.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: o.DataConverter, EncodeCommonAttributes: encrypts,
	})
	return o
}
