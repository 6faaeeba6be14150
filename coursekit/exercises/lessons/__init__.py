"""What exercises of several lessons share: stacks and their pictures, telling calls, changes that nothing tells apart."""
