package main

import (
	"context"
	"time"

	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
)

// namespaces is a server whose namespaces keep closed runs for some time.
type namespaces struct {
	workflowservice.WorkflowServiceClient
	keep time.Duration
}

func (n *namespaces) DescribeNamespace(context.Context, *workflowservice.DescribeNamespaceRequest, ...grpc.CallOption) (*workflowservice.DescribeNamespaceResponse, error) {
	return &workflowservice.DescribeNamespaceResponse{
		Config: &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(n.keep)},
	}, nil
}

// searchAttributes is a server without custom search attributes.
type searchAttributes struct {
	operatorservice.OperatorServiceClient
}

func (*searchAttributes) ListSearchAttributes(context.Context, *operatorservice.ListSearchAttributesRequest, ...grpc.CallOption) (*operatorservice.ListSearchAttributesResponse, error) {
	return &operatorservice.ListSearchAttributesResponse{}, nil
}

// deployments is a namespace with one Worker Deployment.
type deployments struct {
	client.WorkerDeploymentClient
	client.WorkerDeploymentHandle
	info client.WorkerDeploymentInfo
	read bool
}

func (d *deployments) List(context.Context, client.WorkerDeploymentListOptions) (client.WorkerDeploymentListIterator, error) {
	return d, nil
}

func (d *deployments) HasNext() bool { return !d.read }

func (d *deployments) Next() (*client.WorkerDeploymentListEntry, error) {
	d.read = true
	return &client.WorkerDeploymentListEntry{Name: d.info.Name}, nil
}

func (d *deployments) GetHandle(string) client.WorkerDeploymentHandle { return d }

func (d *deployments) Describe(context.Context, client.WorkerDeploymentDescribeOptions) (client.WorkerDeploymentDescribeResponse, error) {
	return client.WorkerDeploymentDescribeResponse{Info: d.info}, nil
}
