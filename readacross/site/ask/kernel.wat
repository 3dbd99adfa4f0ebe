;; The one heavy step of the encoder: rows of numbers times a matrix of weights that are stored as one byte each.
;; Two rows of weights and four rows of numbers are worked on at a time, four numbers in one instruction.
;; Written for readacross/site/assembling.py; any assembler of WebAssembly text reads it too.
(module
  (memory (export "memory") 1)

  ;; Bytes as numbers: `count` of them, each times the scale of the group of `group` bytes that it stands in.
  (func $widen (param $from i32) (param $scales i32) (param $to i32) (param $count i32) (param $group i32)
    (local $end i32) (local $last i32) (local $eight v128) (local $scale v128)
    (local.set $last (i32.add (local.get $from) (local.get $count)))
    (loop $groups
      (local.set $scale (f32x4.splat (f32.load (local.get $scales))))
      (local.set $end (i32.add (local.get $from) (local.get $group)))
      (loop $more
        (local.set $eight (v128.load8x8_s (local.get $from)))
        (v128.store (local.get $to)
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $eight)))))
        (v128.store offset=16 (local.get $to)
          (f32x4.mul (local.get $scale) (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $eight)))))
        (local.set $to (i32.add (local.get $to) (i32.const 32)))
        (br_if $more (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 8))) (local.get $end))))
      (local.set $scales (i32.add (local.get $scales) (i32.const 4)))
      (br_if $groups (i32.lt_u (local.get $from) (local.get $last)))))

  ;; The sum of four numbers.
  (func $sum (param $four v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $four)) (f32x4.extract_lane 1 (local.get $four)))
      (f32.add (f32x4.extract_lane 2 (local.get $four)) (f32x4.extract_lane 3 (local.get $four)))))

  ;; to[row, out] = from[row, :] . weights[out, :] + biases[out], the weights times their scales
  ;; `rows` is a multiple of four, `group` of eight, `inputs` of `group`, `outputs` of two; `spare` has room for two
  ;; rows of weights.
  (func $linear (export "linear")
    (param $from i32) (param $weights i32) (param $scales i32) (param $biases i32) (param $to i32) (param $spare i32)
    (param $rows i32) (param $inputs i32) (param $outputs i32) (param $group i32)
    (local $out i32) (local $row i32) (local $at i32) (local $wide i32) (local $step i32) (local $place i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $w i32) (local $v i32) (local $both i32) (local $scaled i32)
    (local $one v128) (local $two v128) (local $x v128)
    (local $a1 v128) (local $a2 v128) (local $b1 v128) (local $b2 v128)
    (local $c1 v128) (local $c2 v128) (local $d1 v128) (local $d2 v128) (local $zero v128)
    (local.set $wide (i32.shl (local.get $inputs) (i32.const 2)))
    (local.set $step (i32.shl (local.get $outputs) (i32.const 2)))
    (local.set $both (i32.shl (local.get $inputs) (i32.const 1)))
    (local.set $scaled (i32.shl (i32.div_u (local.get $both) (local.get $group)) (i32.const 2)))
    (local.set $w (local.get $spare))
    (local.set $v (i32.add (local.get $spare) (local.get $wide)))
    (loop $outs
      (call $widen (local.get $weights) (local.get $scales) (local.get $spare) (local.get $both) (local.get $group))
      (local.set $a (local.get $from))
      (local.set $place (i32.add (local.get $to) (i32.shl (local.get $out) (i32.const 2))))
      (local.set $row (i32.const 0))
      (loop $fours
        (local.set $b (i32.add (local.get $a) (local.get $wide)))
        (local.set $c (i32.add (local.get $b) (local.get $wide)))
        (local.set $d (i32.add (local.get $c) (local.get $wide)))
        (local.set $a1 (local.get $zero)) (local.set $a2 (local.get $zero))
        (local.set $b1 (local.get $zero)) (local.set $b2 (local.get $zero))
        (local.set $c1 (local.get $zero)) (local.set $c2 (local.get $zero))
        (local.set $d1 (local.get $zero)) (local.set $d2 (local.get $zero))
        (local.set $at (i32.const 0))
        (loop $along
          (local.set $one (v128.load (i32.add (local.get $w) (local.get $at))))
          (local.set $two (v128.load (i32.add (local.get $v) (local.get $at))))
          (local.set $x (v128.load (i32.add (local.get $a) (local.get $at))))
          (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $x) (local.get $one))))
          (local.set $a2 (f32x4.add (local.get $a2) (f32x4.mul (local.get $x) (local.get $two))))
          (local.set $x (v128.load (i32.add (local.get $b) (local.get $at))))
          (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $x) (local.get $one))))
          (local.set $b2 (f32x4.add (local.get $b2) (f32x4.mul (local.get $x) (local.get $two))))
          (local.set $x (v128.load (i32.add (local.get $c) (local.get $at))))
          (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (local.get $one))))
          (local.set $c2 (f32x4.add (local.get $c2) (f32x4.mul (local.get $x) (local.get $two))))
          (local.set $x (v128.load (i32.add (local.get $d) (local.get $at))))
          (local.set $d1 (f32x4.add (local.get $d1) (f32x4.mul (local.get $x) (local.get $one))))
          (local.set $d2 (f32x4.add (local.get $d2) (f32x4.mul (local.get $x) (local.get $two))))
          (br_if $along (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $wide))))
        (call $pair (local.get $place) (local.get $a1) (local.get $a2) (local.get $biases))
        (local.set $place (i32.add (local.get $place) (local.get $step)))
        (call $pair (local.get $place) (local.get $b1) (local.get $b2) (local.get $biases))
        (local.set $place (i32.add (local.get $place) (local.get $step)))
        (call $pair (local.get $place) (local.get $c1) (local.get $c2) (local.get $biases))
        (local.set $place (i32.add (local.get $place) (local.get $step)))
        (call $pair (local.get $place) (local.get $d1) (local.get $d2) (local.get $biases))
        (local.set $place (i32.add (local.get $place) (local.get $step)))
        (local.set $a (i32.add (local.get $d) (local.get $wide)))
        (br_if $fours (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 4))) (local.get $rows))))
      (local.set $weights (i32.add (local.get $weights) (local.get $both)))
      (local.set $scales (i32.add (local.get $scales) (local.get $scaled)))
      (local.set $biases (i32.add (local.get $biases) (i32.const 8)))
      (br_if $outs (i32.lt_u (local.tee $out (i32.add (local.get $out) (i32.const 2))) (local.get $outputs)))))

  ;; Two results that stand side by side.
  (func $pair (param $to i32) (param $first v128) (param $second v128) (param $biases i32)
    (f32.store (local.get $to) (f32.add (call $sum (local.get $first)) (f32.load (local.get $biases))))
    (f32.store offset=4 (local.get $to) (f32.add (call $sum (local.get $second)) (f32.load offset=4 (local.get $biases))))))
