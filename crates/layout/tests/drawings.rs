//! What every drawing must hold, whatever the graph.

use layout::{Edge, Layout, Point, Route, Size, Spacing};
use proptest::prelude::*;

const SPACING: Spacing = Spacing {
    node: 10.0,
    rank: 30.0,
};
/// What rounding may add up to.
const TOLERANCE: f64 = 1e-6;

type Graph = (Vec<Size>, Vec<Edge>);

/// Any graph of some nodes, with cycles, loops, parallel edges and labels.
fn graphs(nodes: usize, edges: usize) -> impl Strategy<Value = Graph> {
    let size = (1.0..90.0f64, 1.0..40.0f64).prop_map(|(width, height)| Size { width, height });
    proptest::collection::vec(size, 1..nodes).prop_flat_map(move |sizes| {
        let count = sizes.len();
        let label = prop_oneof![Just(0.0), 1.0..60.0f64];
        let edge = (0..count, 0..count, 1..100u32, 1..3u32, label);
        let edge = edge.prop_map(|(source, target, weight, min_length, width)| Edge {
            source,
            target,
            weight,
            min_length,
            label: Size {
                width,
                height: 12.0,
            },
        });
        (Just(sizes), proptest::collection::vec(edge, 0..edges))
    })
}

fn draw((nodes, edges): &Graph) -> Layout {
    layout::layout(nodes, edges, SPACING)
}

/// Left, top, right, bottom.
fn borders(centre: Point, size: Size) -> [f64; 4] {
    let (x, y) = (size.width / 2.0, size.height / 2.0);
    [centre.x - x, centre.y - y, centre.x + x, centre.y + y]
}

/// Points along the curves of a route.
fn points(route: &Route) -> Vec<Point> {
    let mut points = route.curve[..1].to_vec();
    for at in (0..route.curve.len() - 1).step_by(3) {
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| route.curve[at + index]);
        for step in 1..=16 {
            let t = f64::from(step) / 16.0;
            let s = 1.0 - t;
            let mix = |of: fn(Point) -> f64| {
                s * s * s * of(a)
                    + 3.0 * s * s * t * of(b)
                    + 3.0 * s * t * t * of(c)
                    + t * t * t * of(d)
            };
            points.push(Point {
                x: mix(|point| point.x),
                y: mix(|point| point.y),
            });
        }
    }
    points
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nodes_do_not_overlap(graph in graphs(14, 30)) {
        let drawing = draw(&graph);
        let boxes: Vec<[f64; 4]> = drawing.nodes.iter().zip(&graph.0).map(|(at, size)| borders(*at, *size)).collect();
        for (index, a) in boxes.iter().enumerate() {
            prop_assert!(a[0] > -TOLERANCE && a[1] > -TOLERANCE);
            prop_assert!(a[2] < drawing.size.width + TOLERANCE && a[3] < drawing.size.height + TOLERANCE);
            for b in &boxes[..index] {
                let beside = a[2] + SPACING.node - TOLERANCE < b[0] || b[2] + SPACING.node - TOLERANCE < a[0];
                let above = a[3] < b[1] || b[3] < a[1];
                prop_assert!(beside || above, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn edges_join_their_nodes_and_pass_beside_all_others(graph in graphs(14, 30)) {
        let drawing = draw(&graph);
        for (edge, route) in graph.1.iter().zip(&drawing.edges) {
            prop_assert_eq!(route.curve.len() % 3, 1);
            prop_assert_eq!(route.label.is_some(), edge.label.width > 0.0);
            for (node, end) in [(edge.source, route.curve[0]), (edge.target, route.curve[route.curve.len() - 1])] {
                let [left, top, right, bottom] = borders(drawing.nodes[node], graph.0[node]);
                prop_assert!(left - TOLERANCE < end.x && end.x < right + TOLERANCE);
                prop_assert!(top - TOLERANCE < end.y && end.y < bottom + TOLERANCE);
            }
            for (node, size) in graph.0.iter().enumerate().filter(|(node, _)| ![edge.source, edge.target].contains(node)) {
                let [left, top, right, bottom] = borders(drawing.nodes[node], *size);
                for point in points(route) {
                    let within = left + TOLERANCE < point.x && point.x < right - TOLERANCE
                        && top + TOLERANCE < point.y && point.y < bottom - TOLERANCE;
                    prop_assert!(!within, "edge {edge:?} passes through node {node}");
                }
            }
        }
    }

    #[test]
    fn labels_stand_in_nobodys_way(graph in graphs(10, 20)) {
        let drawing = draw(&graph);
        let labelled = graph.1.iter().zip(&drawing.edges).filter(|(edge, _)| edge.source != edge.target);
        let labels: Vec<[f64; 4]> = labelled.filter_map(|(edge, route)| Some(borders(route.label?, edge.label))).collect();
        let nodes = drawing.nodes.iter().zip(&graph.0).map(|(at, size)| borders(*at, *size));
        let boxes: Vec<[f64; 4]> = labels.iter().copied().chain(nodes).collect();
        for (index, a) in labels.iter().enumerate() {
            for (_, b) in boxes.iter().enumerate().filter(|(other, _)| *other != index) {
                let apart = a[2] < b[0] + TOLERANCE || b[2] < a[0] + TOLERANCE || a[3] < b[1] + TOLERANCE || b[3] < a[1] + TOLERANCE;
                prop_assert!(apart, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn edges_point_down_where_there_is_no_cycle(graph in graphs(14, 30)) {
        let (nodes, mut edges) = graph;
        edges.retain(|edge| edge.source != edge.target);
        for edge in &mut edges {
            (edge.source, edge.target) = (edge.source.min(edge.target), edge.source.max(edge.target));
        }
        let drawing = draw(&(nodes, edges.clone()));
        for edge in edges {
            prop_assert!(drawing.nodes[edge.source].y < drawing.nodes[edge.target].y, "{edge:?}");
        }
    }

    #[test]
    fn the_same_graph_gives_the_same_drawing(graph in graphs(14, 30)) {
        prop_assert_eq!(draw(&graph), draw(&graph));
    }
}

fn unlabelled(nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let size = Size {
        width: 40.0,
        height: 20.0,
    };
    let edge = |(source, target): &(usize, usize)| Edge {
        source: *source,
        target: *target,
        ..Edge::default()
    };
    let edges: Vec<Edge> = edges.iter().map(edge).collect();
    layout::layout(&vec![size; nodes], &edges, SPACING)
}

#[test]
fn a_chain_is_a_straight_line() {
    let drawing = unlabelled(4, &[(0, 1), (1, 2), (2, 3)]);
    let xs: Vec<f64> = drawing.nodes.iter().map(|node| node.x).collect();
    assert_eq!(xs, [20.0; 4]);
    let ys: Vec<f64> = drawing.nodes.iter().map(|node| node.y).collect();
    assert_eq!(ys, [10.0, 60.0, 110.0, 160.0]);
}

#[test]
fn edges_that_need_not_cross_do_not() {
    // In the order of their numbers the lower nodes would cross every edge.
    let drawing = unlabelled(6, &[(0, 5), (1, 4), (2, 3)]);
    let x = |node: usize| drawing.nodes[node].x;
    for (upper, lower) in [(0, 5), (1, 4), (2, 3)] {
        assert_eq!(x(upper), x(lower));
    }
}

#[test]
fn the_heavy_way_of_a_cycle_points_down() {
    let edge = |source, target, weight| Edge {
        source,
        target,
        weight,
        ..Edge::default()
    };
    let edges = [edge(0, 1, 5), edge(1, 2, 5), edge(2, 0, 1)];
    let drawing = layout::layout(&[Size::default(); 3], &edges, SPACING);
    let y = |node: usize| drawing.nodes[node].y;
    assert!(y(0) < y(1) && y(1) < y(2));
    let back = &drawing.edges[2].curve;
    assert!(
        back[0].y > back[back.len() - 1].y,
        "it runs from source to target"
    );
}

#[test]
fn odd_sizes_are_no_obstacle() {
    let odd = Size {
        width: f64::NAN,
        height: -3.0,
    };
    let label = Size {
        width: f64::INFINITY,
        height: 1.0,
    };
    let edge = Edge {
        target: 1,
        label,
        ..Edge::default()
    };
    let drawing = layout::layout(&[odd, odd], &[edge], SPACING);
    assert!(
        drawing
            .nodes
            .iter()
            .all(|node| node.x.is_finite() && node.y.is_finite())
    );
    assert_eq!(layout::layout(&[], &[], SPACING), Layout::default());
}

/// More than twice as many nodes as a report shows, and many of their edges in cycles.
#[test]
fn some_hundred_nodes_are_no_obstacle() {
    let calls: Vec<(usize, usize)> = (1..200)
        .flat_map(|n| [(n / 3, n), (n * 7 % 200, n), (n, n / 2)])
        .collect();
    let drawing = unlabelled(200, &calls);
    assert!(drawing.size.width < 10_000.0, "{:?}", drawing.size);
}
